/** What the releases of each hop change, by the notices that come with Handrail. */
import { isCrossed } from '../../diagnosis/notices/crossed.ts';
import type { Hop, PathPlan } from '../../linkerd/path/model.ts';
import { builtInNotices } from '../library.ts';

/** A change that is on the way of a hop. Whom it touches is what `handrail impact` looks at. */
export interface HopNotice {
  /** `2.11-localhost` */
  readonly id: string;
  readonly title: string;
}

/** A hop with the changes that are told before it, in the order of their files. */
export interface ToldHop extends Hop {
  readonly notices: readonly HopNotice[];
}

/** A path whose hops tell what changes. */
export type Path = Omit<Extract<PathPlan, { type: 'path' }>, 'hops'> & { readonly hops: readonly ToldHop[] };

/** Reads the notices from the disk. */
export async function withNotices(path: Extract<PathPlan, { type: 'path' }>): Promise<Path> {
  const all = await builtInNotices();
  const hops = path.hops.map((hop) => ({
    ...hop,
    notices: all
      .filter((notice) => isCrossed(notice, hop.from, hop.to))
      .map(({ id, title }) => ({ id, title })),
  }));
  return { ...path, hops };
}

/** Where the changes of a hop are told and acknowledged: the runbook of the line that it goes to. */
export const noticesRunbook = ({ line }: Hop): string => `notices/${line}`;
