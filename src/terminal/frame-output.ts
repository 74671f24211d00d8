import type { SizedOutput } from './size.ts';
import { readSize } from './size.ts';

/** Erases the scrollback. Ink sends it when a terminal has become lower than its frame; tmux then forgets the history of the shell. */
const ERASE_SCROLLBACK = '\x1b[3J';

/**
 * The terminal as Ink should see it: its size is never zero (with no rows, Ink would wipe the screen at every frame), and the
 * scrollback cannot be erased through it.
 */
export function frameOutput<T extends SizedOutput & { write(text: string): unknown }>(output: T): T {
  const write = (chunk: unknown, ...rest: unknown[]): unknown =>
    Reflect.apply(output.write, output, [
      typeof chunk === 'string' ? chunk.replaceAll(ERASE_SCROLLBACK, '') : chunk,
      ...rest,
    ]);
  return new Proxy(output, {
    get(target, property) {
      if (property === 'columns' || property === 'rows') return readSize(target)[property];
      if (property === 'write') return write;
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
