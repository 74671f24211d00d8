/** A snapshot out of a file, which is anybody's: read field by field, or refused in a sentence. */
import { record, records, text, time } from '../rollout/json.ts';
import { redactText } from '../runbook/redact.ts';
import { stripControls } from '../runbook/strip-controls.ts';
import {
  type FactPart,
  type LogTail,
  type OperatorEvidence,
  objectParts,
  type Read,
  type Snapshot,
  type SnapshotObject,
  type Unread,
  type WalkEvidence,
} from './snapshot.ts';
import { snapshotObject } from './snapshot-object.ts';

type SnapshotReading =
  | { readonly ok: true; readonly snapshot: Snapshot }
  /** `why` is a sentence that goes on after the name of the file: `is no JSON`. */
  | { readonly ok: false; readonly why: string };

/** The API knows nothing that is as deep. */
const DEEPEST = 64;
const MOST_OBJECTS = 500_000;

/** Reads what `writeSnapshot` wrote. What a part should be and is not, is as if it had not been read. */
export function readSnapshot(json: string): SnapshotReading {
  const refused = (why: string): SnapshotReading => ({ ok: false, why });
  if (isTooDeep(json)) return refused(`is nested more than ${DEEPEST} deep, which no snapshot is`);
  let source: Readonly<Record<string, unknown>>;
  try {
    source = record(JSON.parse(json));
  } catch (error) {
    return refused(`is no JSON: ${stripControls((error as Error).message).slice(0, 200)}`);
  }
  if (source.kind !== 'handrail/snapshot') {
    const kind = text(source.kind).slice(0, 60);
    return refused(
      kind === ''
        ? 'is no snapshot: it has no kind'
        : `is no snapshot but ${JSON.stringify(kind)}; handrail diagnose --save writes snapshots`,
    );
  }
  if (source.version !== 1) {
    return typeof source.version === 'number' && source.version > 1
      ? refused('was saved by a newer Handrail: diagnose it with that one')
      : refused('does not say of which version it is');
  }
  if (time(source.takenAt) === undefined) return refused('does not say when it was taken');
  const cluster = record(source.cluster);
  const parts = record(source.objects);
  const objects = Object.fromEntries(
    objectParts.map((part) => [part, readOf(parts[part], readObjects)]),
  ) as unknown as Snapshot['objects'];
  const fact = (part: Exclude<FactPart, 'logs'>) => readOf(source[part], (value) => text(value) || undefined);
  return {
    ok: true,
    snapshot: {
      kind: 'handrail/snapshot',
      version: 1,
      takenAt: new Date(source.takenAt as string).toISOString(),
      tookMs: typeof source.tookMs === 'number' && source.tookMs >= 0 ? source.tookMs : 0,
      cluster: {
        name: text(cluster.name),
        server: text(cluster.server),
        uid: text(cluster.uid),
        practice: cluster.practice === true,
      },
      objects,
      serverVersion: fact('serverVersion'),
      linkerdCli: fact('linkerdCli'),
      kubectlCli: fact('kubectlCli'),
      helmCli: fact('helmCli'),
      logs: readOf(source.logs, readLogs),
      ...(source.walk === undefined ? {} : { walk: readWalk(record(source.walk)) }),
      ...(source.operator === undefined ? {} : { operator: readOperator(record(source.operator)) }),
    },
  };
}

/** As JSON, without anything that looks like a secret. */
export function writeSnapshot(snapshot: Snapshot): string {
  return `${JSON.stringify(snapshot, (_, value) => (typeof value === 'string' ? redactText(value) : value))}\n`;
}

/** Before anything recurses into it. Brackets within texts count for nothing. */
function isTooDeep(json: string): boolean {
  let depth = 0;
  let within = false;
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (within) {
      if (code === 0x5c) at += 1;
      else if (code === 0x22) within = false;
    } else if (code === 0x22) within = true;
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > DEEPEST) return true;
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  return false;
}

const reasons: readonly Unread['why'][] = ['denied', 'timeout', 'unreachable', 'absent', 'skipped', 'failed'];

function readOf<T>(value: unknown, read: (value: unknown) => T | undefined): Read<T> {
  const source = record(value);
  if (source.state === 'read') {
    const found = read(source.value);
    if (found !== undefined) return { state: 'read', value: found };
    return { state: 'unread', why: 'failed', message: 'What the file has of it cannot be read.' };
  }
  if (source.state === 'unread') {
    const why = reasons.find((each) => each === source.why) ?? 'failed';
    return { state: 'unread', why, message: text(source.message) };
  }
  return { state: 'unread', why: 'skipped', message: 'The file has nothing of it.' };
}

function readObjects(value: unknown): readonly SnapshotObject[] | undefined {
  if (!Array.isArray(value) || value.length > MOST_OBJECTS) return undefined;
  return value.flatMap((each) => snapshotObject(each) ?? []);
}

function readLogs(value: unknown): readonly LogTail[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return records(value)
    .slice(0, 100)
    .map((tail) => ({
      namespace: text(tail.namespace),
      pod: text(tail.pod),
      container: text(tail.container),
      previous: tail.previous === true,
      lines: readLines(tail.lines),
    }));
}

const readLines = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [])
    .filter((each): each is string => typeof each === 'string')
    .slice(0, 100)
    .map((each) => stripControls(each.slice(0, 4000)));

function readWalk({ target, from, step }: Readonly<Record<string, unknown>>): WalkEvidence {
  const { title, kind, detail, output } = record(step);
  return {
    ...(text(target) === '' ? {} : { target: text(target) }),
    ...(text(from) === '' ? {} : { from: text(from) }),
    ...(step === undefined
      ? {}
      : {
          step: {
            title: text(title),
            kind: text(kind),
            detail: text(detail),
            output: readLines(output),
          },
        }),
  };
}

const answers = ['allowed', 'denied', 'unknown'] as const;

const readOperator = ({ access, clock }: Readonly<Record<string, unknown>>): OperatorEvidence => ({
  access: readOf(access, (value) =>
    Array.isArray(value)
      ? records(value)
          .slice(0, 500)
          .map(({ verb, resource, namespace, answer, why }) => ({
            verb: text(verb),
            resource: text(resource),
            ...(text(namespace) === '' ? {} : { namespace: text(namespace) }),
            answer: answers.find((each) => each === answer) ?? 'unknown',
            why: text(why),
          }))
      : undefined,
  ),
  clock: readOf(clock, (value) => {
    const { server, machine } = record(value);
    return time(server) === undefined || time(machine) === undefined
      ? undefined
      : { server: text(server), machine: text(machine) };
  }),
});
