import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { Line } from '../../terminal/line.ts';
import { useLook } from '../theme.ts';
import { Rows } from './rows.tsx';

export interface ColumnsProps {
  readonly height: number;
  /** Width of the left side, without the line between. */
  readonly leftWidth: number;
  readonly rightWidth: number;
  readonly left: ReactNode;
  readonly right: ReactNode;
}

/** What stands between two columns: a space, the bar, a space. */
const GAP = 3;

/** How columns share a screen: the outline gets 23 columns at 80 and up to 40 on wide terminals. */
export function columnWidths(columns: number): { readonly left: number; readonly right: number } {
  const left = Math.min(40, Math.max(23, Math.floor(columns * 0.29)));
  return { left, right: Math.max(0, columns - left - GAP) };
}

/** Two columns with a bar between them. */
export function Columns({ height, leftWidth, rightWidth, left, right }: ColumnsProps): ReactNode {
  const { glyphs } = useLook();
  const bar: Line = [{ text: ` ${glyphs.bar} `, style: 'rule' }];
  return (
    <Box width={leftWidth + GAP + rightWidth} height={height} overflow="hidden">
      <Box width={leftWidth} height={height} flexShrink={0} overflow="hidden" flexDirection="column">
        {left}
      </Box>
      <Rows lines={Array.from({ length: height }, () => bar)} width={GAP} />
      <Box width={rightWidth} height={height} flexShrink={0} overflow="hidden" flexDirection="column">
        {right}
      </Box>
    </Box>
  );
}
