import type { ReactNode } from 'react';
import { line } from '../../terminal/line.ts';
import { wrap } from '../../terminal/text.ts';
import { SMALLEST } from './frame.tsx';
import { Rows } from './rows.tsx';

export interface TooSmallProps {
  readonly columns: number;
  readonly rows: number;
}

export function isTooSmall(columns: number, rows: number): boolean {
  return columns < SMALLEST.columns || rows < SMALLEST.rows;
}

/** Shown in place of the screens while the terminal is smaller than they are designed for. What runs goes on meanwhile. */
export function TooSmall({ columns, rows }: TooSmallProps): ReactNode {
  const width = Math.max(1, columns);
  const text = [
    `This terminal has ${columns} columns and ${rows} rows; Handrail needs ${SMALLEST.columns} by ${SMALLEST.rows}.`,
    'Make it larger and the session is here again. What runs goes on. No key but Ctrl+C does anything; it leaves.',
  ];
  const lines = text.flatMap((part) => wrap(part, width)).map((part) => line(part));
  return <Rows lines={lines} width={width} height={Math.max(1, Math.min(rows - 1, lines.length))} />;
}
