/** Which part of a list is shown. All of these are pure and total: any numbers give a window inside the list. */

/** The first index of a window of `size` in `total` that has `index` in it, as near to its middle as the ends allow. */
export function windowStart(total: number, size: number, index: number): number {
  return clamp(index - Math.floor(size / 2), 0, Math.max(0, total - size));
}

/** An offset such that a window of `size` stays inside `total`. */
export function clampOffset(offset: number, total: number, size: number): number {
  return clamp(offset, 0, Math.max(0, total - size));
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

export type ScrollCommand = 'up' | 'down' | 'page-up' | 'page-down' | 'top' | 'bottom';

/** The offset after a scroll command. A page leaves one line of the one before in view. */
export function scroll(offset: number, command: ScrollCommand, total: number, size: number): number {
  const page = Math.max(1, size - 1);
  switch (command) {
    case 'up':
      return clampOffset(offset - 1, total, size);
    case 'down':
      return clampOffset(offset + 1, total, size);
    case 'page-up':
      return clampOffset(offset - page, total, size);
    case 'page-down':
      return clampOffset(offset + page, total, size);
    case 'top':
      return 0;
    case 'bottom':
      return clampOffset(total, total, size);
  }
}
