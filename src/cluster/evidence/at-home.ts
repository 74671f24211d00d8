/** Who may not look into all namespaces may still look into those of Linkerd, where nearly all of its settings are. */
import type { Read, SnapshotObject } from '../../diagnosis/snapshot.ts';
import { entry } from '../../rollout/json.ts';
import { type Collecting, readPart, together, type Wanted } from './read-part.ts';

type Objects = Read<readonly SnapshotObject[]>;

const MOST_HOMES = 8;
const homeLabels = ['linkerd.io/is-control-plane', 'linkerd.io/extension', 'linkerd.io/cni-resource'];

/** The same lists in the namespaces of Linkerd alone, or `denied` where they may not be seen there either. */
export async function readAtHome(
  collecting: Collecting,
  lists: readonly Wanted[],
  namespaces: Objects,
  denied: Objects,
): Promise<Objects> {
  const homes = homesIn(namespaces);
  const at = (wanted: Wanted, namespace: string) =>
    readPart(collecting, { ...wanted, ref: { ...wanted.ref, namespace } });
  // One is asked first: a refusal there is a refusal for all.
  const [first, home] = [lists[0], homes[0]];
  if (first === undefined || home === undefined) return denied;
  if ((await at(first, home)).state === 'unread') return denied;
  const reads = homes.flatMap((namespace) => lists.map((wanted) => at(wanted, namespace)));
  const read = together(await Promise.all(reads));
  return read.state === 'read' ? read : denied;
}

/** Namespaces that say that they are Linkerd's; where they may not be seen, the one that it usually has. */
export function homesIn(namespaces: Objects): readonly string[] {
  const labelled =
    namespaces.state === 'unread'
      ? []
      : namespaces.value
          .filter(({ metadata }) => homeLabels.some((key) => entry(metadata.labels, key) !== ''))
          .map(({ metadata }) => metadata.name);
  return labelled.length === 0 ? ['linkerd'] : labelled.slice(0, MOST_HOMES);
}
