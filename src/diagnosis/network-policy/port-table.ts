/** Sets of ports by number, so that a matrix of them is small and what was once united is not united again. */
import { allPorts, formatPorts, intersectPorts, noPorts, type PortSet, unitePorts } from './ports.ts';

export const NONE = 0;
export const ALL = 1;

export interface PortTable {
  id(set: PortSet): number;
  unite(a: number, b: number): number;
  intersect(a: number, b: number): number;
  set(id: number): PortSet;
  /** `TCP 80`, `All Connections`; '' for none. */
  text(id: number): string;
}

export function createPortTable(): PortTable {
  const sets: PortSet[] = [];
  const texts: string[] = [];
  const ids = new Map<string, number>();
  const united = new Map<number, number>();
  const common = new Map<number, number>();
  const id = (set: PortSet): number => {
    const text = formatPorts(set);
    const before = ids.get(text);
    if (before !== undefined) return before;
    ids.set(text, sets.length);
    sets.push(set);
    texts.push(text);
    return sets.length - 1;
  };
  id(noPorts);
  id(allPorts);
  const memo = (known: Map<number, number>, a: number, b: number, make: typeof unitePorts): number => {
    const key = a < b ? a * 2 ** 24 + b : b * 2 ** 24 + a;
    const before = known.get(key);
    if (before !== undefined) return before;
    const made = id(make(sets[a]!, sets[b]!));
    known.set(key, made);
    return made;
  };
  return {
    id,
    set: (at) => sets[at]!,
    text: (at) => texts[at]!,
    unite: (a, b) =>
      a === b || b === NONE || a === ALL ? a : a === NONE || b === ALL ? b : memo(united, a, b, unitePorts),
    intersect: (a, b) =>
      a === b || a === NONE || b === ALL
        ? a
        : b === NONE || a === ALL
          ? b
          : memo(common, a, b, intersectPorts),
  };
}
