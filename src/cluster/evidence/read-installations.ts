/** How Linkerd was installed, and with which values: by Helm, by the CLI, or both. Both keep them in Secrets. */
import type { Read, SnapshotObject } from '../../diagnosis/snapshot.ts';
import { entry, record, text } from '../../rollout/json.ts';
import { homesIn } from './at-home.ts';
import { overridesMask, releaseMask, unreadable } from './keep-installation.ts';
import { type Collecting, readPart, together, type Wanted } from './read-part.ts';

type Objects = Read<readonly SnapshotObject[]>;

const OVERRIDES = 'linkerd-config-overrides';
const MOST = 16;
const called = /linkerd|l5d/i;

/** One object for each; `secrets` names where they are, and `namespaces` which are Linkerd's. */
export async function readInstallations(
  collecting: Collecting,
  secrets: Objects,
  namespaces: Objects,
): Promise<Objects> {
  if (secrets.state === 'unread') return secrets;
  const homes = homesIn(namespaces);
  const wanted = [
    ...secrets.value.filter(({ metadata }) => metadata.name === OVERRIDES).map((one) => only(one, 'Secret')),
    ...newest(secrets.value)
      .filter(
        ({ metadata }) =>
          called.test(entry(metadata.labels, 'name')) || homes.includes(metadata.namespace ?? ''),
      )
      .map((one) => only(one, 'HelmRelease')),
  ];
  const read = together(await Promise.all(wanted.slice(0, MOST).map((one) => readPart(collecting, one))));
  if (read.state === 'unread') return wanted.length === 0 ? { state: 'read', value: [] } : read;
  const broken = read.value.find((one) => one[unreadable] === true);
  if (broken !== undefined) {
    const { kind, metadata } = broken;
    const message = `The values in ${kind} ${metadata.namespace}/${metadata.name} cannot be read.`;
    return { state: 'unread', why: 'failed', message };
  }
  // Somebody else's chart in a namespace of Linkerd's is none of it.
  const ours = (one: SnapshotObject) => one.kind === 'Secret' || called.test(text(record(one.chart).name));
  return { state: 'read', value: read.value.filter(ours) };
}

const only = ({ metadata }: SnapshotObject, kind: 'Secret' | 'HelmRelease'): Wanted => ({
  ref: { apiVersion: 'v1', resource: 'secrets', namespace: metadata.namespace ?? '' },
  kind,
  mask: kind === 'Secret' ? overridesMask : releaseMask,
  fieldSelector: `metadata.name=${metadata.name}`,
});

/** Of every release the revision that is deployed, or else the last. */
function newest(secrets: readonly SnapshotObject[]): readonly SnapshotObject[] {
  const byRelease = new Map<string, SnapshotObject>();
  const rank = ({ metadata: { labels } }: SnapshotObject) =>
    (entry(labels, 'status') === 'deployed' ? 1e9 : 0) + (Number(entry(labels, 'version')) || 0);
  for (const one of secrets) {
    if (one.type !== 'helm.sh/release.v1') continue;
    const key = `${one.metadata.namespace}/${entry(one.metadata.labels, 'name')}`;
    const before = byRelease.get(key);
    if (before === undefined || rank(one) > rank(before)) byRelease.set(key, one);
  }
  return [...byRelease.values()];
}
