/** The evidence of a diagnosis, read off a cluster: everything at once, and what cannot be read stops nothing. */
import {
  askedParts,
  type ObjectPart,
  type Read,
  type Snapshot,
  type SnapshotObject,
  type WalkEvidence,
} from '../../diagnosis/snapshot.ts';
import { record, text } from '../../rollout/json.ts';
import { stripToLine } from '../../runbook/strip-controls.ts';
import type { ClusterApi } from '../api.ts';
import { readAtHome } from './at-home.ts';
import { meshLeases, newestEvents, tellingJobs, tellingReplicaSets, tellingSecrets } from './caps.ts';
import { readCustom } from './custom-resources.ts';
import { readLogs } from './logs.ts';
import { createKeep } from './mask.ts';
import { type CustomPart, customMasks, customParts, type PlainPart, plainParts } from './parts.ts';
import { readInstallations } from './read-installations.ts';
import { type Collecting, readPart, together, unreadFor } from './read-part.ts';

/** What the tools on the machine say of themselves. */
type ToolVersions = Pick<Snapshot, 'linkerdCli' | 'kubectlCli' | 'helmCli'>;

export interface CollectOptions {
  readonly cluster: Snapshot['cluster'];
  /** Read meanwhile; without it nothing is known of them. */
  readonly tools?: Promise<ToolVersions>;
  readonly walk?: WalkEvidence;
  /** These, and what they depend on. Without it everything is read. */
  readonly only?: readonly ObjectPart[];
  /** Of `askedParts` those that are wanted, too. */
  readonly besides?: readonly ObjectPart[];
  readonly signal: AbortSignal;
  /** ms without a sign of life after which a part is given up. */
  readonly timeoutMs?: number;
  /** ms since the epoch. */
  readonly now?: () => number;
}

const TIMEOUT_MS = 5000;
const notWanted = { state: 'unread', why: 'skipped', message: 'It was not asked for.' } as const;

type Objects = Read<readonly SnapshotObject[]>;

/** Of these the ones of Linkerd are all that is wanted. */
const ownParts: readonly PlainPart[] = ['configMaps', 'secrets', 'leases'];

const caps: Partial<Record<PlainPart, (all: readonly SnapshotObject[]) => readonly SnapshotObject[]>> = {
  events: newestEvents,
  jobs: tellingJobs,
  replicaSets: tellingReplicaSets,
  secrets: tellingSecrets,
  leases: meshLeases,
};

/** Rejects with the reason of the signal where that is aborted, and for nothing else. */
export async function collectSnapshot(
  api: ClusterApi,
  {
    cluster,
    tools,
    walk,
    only,
    besides = [],
    signal,
    timeoutMs = TIMEOUT_MS,
    now = Date.now,
  }: CollectOptions,
): Promise<Snapshot> {
  const startedAt = now();
  let heardAt = 0;
  const collecting: Collecting = {
    api,
    keep: createKeep(),
    timeoutMs,
    heard: () => {
      heardAt = performance.now();
    },
    heardAt: () => heardAt,
    signal,
  };
  const asked: readonly ObjectPart[] = askedParts;
  const isWanted = (part: ObjectPart) =>
    only === undefined ? !asked.includes(part) || besides.includes(part) : withNeeded(only).includes(part);
  const plain = async (part: PlainPart): Promise<Objects> =>
    isWanted(part) ? readPlain(collecting, part, () => namespaces) : notWanted;
  // Others depend on these.
  const namespaces: Promise<Objects> = plain('namespaces');
  const pods = plain('pods');
  const definitions = plain('customResourceDefinitions');
  const secrets = plain('secrets');
  const begun: Partial<Record<PlainPart, Promise<Objects>>> = {
    namespaces,
    pods,
    secrets,
    customResourceDefinitions: definitions,
  };
  const objects = Object.fromEntries([
    ...(Object.keys(plainParts) as PlainPart[]).map((part) => [part, begun[part] ?? plain(part)]),
    ...(Object.keys(customParts) as CustomPart[]).map((part) => [
      part,
      isWanted(part)
        ? definitions.then((read) => readCustom(collecting, read, customParts[part], customMasks[part]))
        : Promise.resolve(notWanted),
    ]),
    [
      'installations',
      isWanted('installations')
        ? Promise.all([secrets, namespaces]).then((read) => readInstallations(collecting, ...read))
        : Promise.resolve(notWanted),
    ],
  ]) as Record<ObjectPart, Promise<Objects>>;
  const [read, serverVersion, logs, versions] = await Promise.all([
    settled(objects),
    readServerVersion(collecting),
    only === undefined ? pods.then((found) => readLogs(collecting, found)) : notWanted,
    tools ?? unknownTools,
  ]);
  return {
    kind: 'handrail/snapshot',
    version: 1,
    takenAt: new Date(startedAt).toISOString(),
    tookMs: now() - startedAt,
    cluster,
    objects: read,
    serverVersion,
    ...versions,
    logs,
    ...(walk === undefined ? {} : { walk }),
  };
}

/** With the parts that those depend on. */
const withNeeded = (only: readonly ObjectPart[]): readonly ObjectPart[] => [
  ...only,
  ...(only.some((part) => Object.hasOwn(customParts, part)) ? (['customResourceDefinitions'] as const) : []),
  ...(only.includes('installations') ? (['secrets', 'namespaces'] as const) : []),
];

/** A list of Linkerd's own settings that is denied is looked for in the namespaces of Linkerd. */
async function readPlain(
  collecting: Collecting,
  part: PlainPart,
  namespaces: () => Promise<Objects>,
): Promise<Objects> {
  const lists = plainParts[part];
  const all = together(await Promise.all(lists.map((wanted) => readPart(collecting, wanted))));
  const denied = all.state === 'unread' && all.why === 'denied';
  const read =
    denied && ownParts.includes(part) ? await readAtHome(collecting, lists, await namespaces(), all) : all;
  const cap = caps[part];
  return read.state === 'unread' || cap === undefined ? read : { ...read, value: cap(read.value) };
}

async function settled(
  objects: Readonly<Record<ObjectPart, Promise<Objects>>>,
): Promise<Snapshot['objects']> {
  const entries = Object.entries(objects).map(async ([part, read]) => [part, await read] as const);
  return Object.fromEntries(await Promise.all(entries)) as unknown as Snapshot['objects'];
}

async function readServerVersion({ api }: Collecting): Promise<Read<string>> {
  const result = await api.raw('/version');
  if (!result.ok) return unreadFor(result.problem);
  const version = gitVersion(result.value);
  return version === ''
    ? { state: 'unread', why: 'failed', message: 'What the API server says of its version cannot be read.' }
    : { state: 'read', value: version };
}

function gitVersion(body: string): string {
  try {
    return stripToLine(text(record(JSON.parse(body)).gitVersion)).slice(0, 100);
  } catch {
    return '';
  }
}

const skipped = { state: 'unread', why: 'skipped', message: 'It was not asked for its version.' } as const;
const unknownTools: ToolVersions = { linkerdCli: skipped, kubectlCli: skipped, helmCli: skipped };
