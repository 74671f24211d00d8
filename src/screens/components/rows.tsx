import { Box, Text, Transform, useIsScreenReaderEnabled } from 'ink';
import type { ReactNode } from 'react';
import type { Line } from '../../terminal/line.ts';
import { cutLine, fitHeight, lineText } from '../../terminal/line.ts';
import { paint, useLook } from '../theme.ts';

export interface RowsProps {
  readonly lines: readonly Line[];
  readonly width: number;
  /** Exactly this many rows are drawn; without it, as many as there are lines. */
  readonly height?: number;
}

/**
 * Paints lines, one row each, and never more than told in either direction.
 *
 * Ink keeps every distinct string that it has ever measured. So it is given blanks of the right width to measure, and the text
 * is put in their place when the frame is drawn: text that changes for hours costs no memory.
 */
export function Rows({ lines, width, height }: RowsProps): ReactNode {
  const rows = fitHeight(lines, height ?? lines.length);
  return (
    <Box flexDirection="column" width={Math.max(0, width)} height={rows.length} flexShrink={0}>
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place on the screen
        <Row key={index} line={row} width={width} />
      ))}
    </Box>
  );
}

function Row({ line, width }: { readonly line: Line; readonly width: number }): ReactNode {
  const { colour, glyphs } = useLook();
  const spoken = useIsScreenReaderEnabled();
  if (spoken) return lineText(line).trim() === '' ? null : <Text>{lineText(line).trimEnd()}</Text>;
  if (width <= 0) return null;
  const drawn = cutLine(line, width, glyphs.cut)
    .map((part) => paint(part.text, part.style, colour))
    .join('');
  return (
    <Box width={width} height={1} flexShrink={0}>
      <Transform transform={(_, index) => (index === 0 ? drawn : '')}>
        <Text>{' '.repeat(width)}</Text>
      </Transform>
    </Box>
  );
}
