/** Server-side tables without their objects: the least that a list can cost (kubernetes.io, "Receiving resources as Tables"). */
import { stripToLine } from '../runbook/strip-controls.ts';
import type { TableRow } from './api.ts';

interface Table {
  readonly rows: readonly TableRow[];
  readonly next: string | undefined;
}

/** The rows by the names of their columns (which differ between versions in number and order); undefined: this is no Table. */
export function readTable(body: string): Table | undefined {
  try {
    const { kind, columnDefinitions, rows, metadata } = JSON.parse(body) as {
      kind?: string;
      columnDefinitions?: readonly { name: string }[];
      rows?: readonly { cells: readonly unknown[] }[] | null;
      metadata?: { continue?: string };
    };
    if (kind !== 'Table' || !columnDefinitions) return undefined;
    const names = columnDefinitions.map(({ name }) => name);
    return {
      rows: (rows ?? []).map(({ cells }) =>
        Object.fromEntries(names.map((name, index) => [name, cellOf(cells[index])])),
      ),
      next: metadata?.continue || undefined,
    };
  } catch {
    return undefined;
  }
}

function cellOf(value: unknown): TableRow[string] {
  if (typeof value === 'string') return stripToLine(value);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  return value === undefined ? null : stripToLine(JSON.stringify(value));
}
