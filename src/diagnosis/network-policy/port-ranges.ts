/** Ranges of ports as annotations and values of Linkerd list them. */
import { text } from '../../rollout/json.ts';
import type { PortRange } from './ports.ts';

export const single = (port: number): PortRange => [port, port];

/** Whether a port is in one of them. */
export const isIn = (ranges: readonly PortRange[], port: number) =>
  ranges.some(([from, to]) => from <= port && port <= to);

/** What is left of a range without others. */
export function cut(range: PortRange, holes: readonly PortRange[]): readonly PortRange[] {
  return holes.reduce<readonly PortRange[]>(
    (left, [low, high]) =>
      left.flatMap(([from, to]): readonly PortRange[] =>
        high < from || to < low
          ? [[from, to]]
          : [
              ...(from < low ? ([[from, low - 1]] as const) : []),
              ...(high < to ? ([[high + 1, to]] as const) : []),
            ],
      ),
    [range],
  );
}

/** `25,587,1000-2000`; names in it are passed over. */
export function portList(value: unknown, otherwise: string): readonly PortRange[] {
  const list = text(value) || otherwise;
  return list.split(',').flatMap((each): readonly PortRange[] => {
    const [, from, to = from] = /^\s*(\d{1,5})(?:-(\d{1,5}))?\s*$/.exec(each) ?? [];
    return from === undefined ? [] : [[Number(from), Number(to)]];
  });
}
