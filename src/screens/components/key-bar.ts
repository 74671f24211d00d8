import type { Glyphs } from '../../terminal/glyphs.ts';

/** A key as it is drawn in the footer. */
export function keyLabel(key: string, glyphs: Glyphs): string {
  return key === 'Enter' ? glyphs.enter : key;
}
