/** Custom resources, each read in the version that the cluster serves it in. */
import type { Read, SnapshotObject } from '../../diagnosis/snapshot.ts';
import { record, records, text } from '../../rollout/json.ts';
import { customMask } from './keep-cluster.ts';
import type { Mask } from './mask.ts';
import { type Collecting, readPart, together } from './read-part.ts';

type Definitions = Read<readonly SnapshotObject[]>;

/** Those of all the definitions named; `definitions` is what was read of the cluster's. */
export async function readCustom(
  collecting: Collecting,
  definitions: Definitions,
  names: readonly string[],
  mask: Mask = customMask,
): Promise<Read<readonly SnapshotObject[]>> {
  if (definitions.state === 'unread') {
    return {
      state: 'unread',
      why: 'skipped',
      message: 'Without the custom resource definitions it is not known which versions are served.',
    };
  }
  const found = definitions.value.filter(({ metadata }) => names.includes(metadata.name));
  const reads = await Promise.all(
    found.map(async (definition): Promise<Read<readonly SnapshotObject[]>> => {
      const served = servedVersion(definition);
      if (served === undefined) return absent;
      const { group, names: called } = record(definition.spec);
      const ref = { apiVersion: `${text(group)}/${served}`, resource: text(record(called).plural) };
      return readPart(collecting, { ref, kind: text(record(called).kind), mask });
    }),
  );
  return found.length === 0 ? absent : together(reads);
}

const absent = {
  state: 'unread',
  why: 'absent',
  message: 'The cluster has no such resource.',
} as const;

/** The one that is stored, or else the last that is served: any of them gives every object. */
function servedVersion({ spec }: SnapshotObject): string | undefined {
  const served = records(record(spec).versions).filter((version) => version.served === true);
  const one = served.find((version) => version.storage === true) ?? served.at(-1);
  return one === undefined ? undefined : text(one.name) || undefined;
}
