import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { Line } from '../../terminal/line.ts';
import { useLook } from '../theme.ts';
import { Rows } from './rows.tsx';

/** The smallest terminal that the screens are designed for. */
export const SMALLEST = { columns: 80, rows: 24 } as const;

export interface FrameProps {
  /** The size of the terminal. The frame is one row less high: a frame as high as the terminal makes Ink wipe the scrollback. */
  readonly columns: number;
  readonly rows: number;
  readonly header: readonly Line[];
  readonly footer: readonly Line[];
  /** The body; gets `bodyHeight` rows and all columns, and is cut off beyond them. */
  readonly children: ReactNode;
}

/** How many rows are left between the two rules. */
export function bodyHeight(rows: number, headerLines: number, footerLines: number): number {
  return Math.max(0, rows - 1 - headerLines - footerLines - 2);
}

/** Header, rule, body, rule, footer: together exactly `rows - 1` lines. */
export function Frame({ columns, rows, header, footer, children }: FrameProps): ReactNode {
  const { glyphs } = useLook();
  const rule: Line = [{ text: glyphs.rule.repeat(columns), style: 'rule' }];
  const height = Math.max(1, rows - 1);
  return (
    <Box flexDirection="column" width={columns} height={height} overflow="hidden">
      <Rows lines={[...header, rule]} width={columns} />
      <Box
        flexDirection="column"
        width={columns}
        height={bodyHeight(rows, header.length, footer.length)}
        overflow="hidden"
      >
        {children}
      </Box>
      <Rows lines={[rule, ...footer]} width={columns} />
    </Box>
  );
}
