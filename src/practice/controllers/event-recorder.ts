import { randomBytes } from 'node:crypto';
import { type Clock, microTimestamp, timestamp } from '../clock.ts';
import type { KubeClient, KubeObject } from '../kube-client.ts';

interface EventNote {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly component: string;
  readonly host?: string;
  /** E.g. `spec.containers{web}`. */
  readonly fieldPath?: string;
  /** In the newer form, with `eventTime` in place of counts, as the scheduler writes it. */
  readonly series?: { readonly action: string };
}

/** Writes Events; one that is repeated is counted. */
export interface EventRecorder {
  /** Writes an event about an object. It is not waited for, and what cannot be written is lost, as in a cluster. */
  record(about: KubeObject, note: EventNote): void;
  idle(): boolean;
  /** Nothing is recorded while this is off. */
  enabled: boolean;
}

interface Known {
  readonly namespace: string;
  readonly name: string;
  count: number;
  last: number;
}

const LIFETIME_MS = 3_600_000;
/** So many different messages of one reason in so short a time, and the rest are combined. */
const SIMILAR = 10;
const SIMILAR_MS = 600_000;
const REF = { apiVersion: 'v1', resource: 'events' };

/** Events as the API's clients write them: repeated ones counted, similar ones combined, and gone after an hour. */
export function createEventRecorder(client: KubeClient, clock: Clock): EventRecorder {
  const known = new Map<string, Known>();
  const similar = new Map<string, { since: number; messages: Set<string> }>();
  let writing = 0;

  const forgetOld = () => {
    for (const [key, event] of known) {
      if (clock.now() - event.last < LIFETIME_MS) break;
      known.delete(key);
      writing += 1;
      client
        .delete({ ...REF, namespace: event.namespace }, event.name)
        .catch(() => undefined)
        .finally(() => {
          writing -= 1;
        });
    }
  };

  /** As clients of the API do it: after ten different messages in ten minutes, the others share one event. */
  const isCombined = (group: string, message: string): boolean => {
    const before = similar.get(group);
    const stale = before === undefined || clock.elapsed(before.since) > SIMILAR_MS;
    const entry = stale ? { since: clock.now(), messages: new Set<string>() } : before;
    if (stale) {
      similar.delete(group);
      if (similar.size > 20_000) similar.clear();
      similar.set(group, entry);
    }
    if (entry.messages.size <= SIMILAR) entry.messages.add(message);
    return entry.messages.size > SIMILAR;
  };

  const write = async (about: KubeObject, note: EventNote, message: string, key: string) => {
    const namespace = about.metadata.namespace ?? 'default';
    const now = clock.now();
    const before = known.get(key);
    if (before !== undefined) {
      known.delete(key);
      before.count += 1;
      before.last = now;
      known.set(key, before);
      await client.patch({ ...REF, namespace }, before.name, 'merge', {
        count: before.count,
        lastTimestamp: timestamp(now),
        message,
      });
      return;
    }
    const name = `${about.metadata.name}.${randomBytes(8).toString('hex')}`;
    known.set(key, { namespace, name, count: 1, last: now });
    await client.create({ ...REF, namespace }, eventObject(about, note, { namespace, name, now, message }));
  };

  return {
    enabled: true,
    idle: () => writing === 0,
    record(about, note) {
      if (!this.enabled) return;
      forgetOld();
      const group = `${about.metadata.uid}/${note.component}/${note.reason}/${note.type}`;
      const combined = isCombined(group, note.message);
      const message = combined ? `(combined from similar events): ${note.message}` : note.message;
      const key = combined ? group : `${group}/${note.fieldPath}/${note.message}`;
      writing += 1;
      write(about, note, message, key)
        .catch(() => known.delete(key))
        .finally(() => {
          writing -= 1;
        });
    },
  };
}

function eventObject(
  about: KubeObject,
  note: EventNote,
  { namespace, name, now, message }: { namespace: string; name: string; now: number; message: string },
): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace },
    involvedObject: {
      apiVersion: about.apiVersion,
      kind: about.kind,
      name: about.metadata.name,
      ...(about.metadata.namespace === undefined ? {} : { namespace: about.metadata.namespace }),
      uid: about.metadata.uid,
      resourceVersion: about.metadata.resourceVersion,
      ...(note.fieldPath === undefined ? {} : { fieldPath: note.fieldPath }),
    },
    reason: note.reason,
    message,
    type: note.type,
    ...(note.series === undefined
      ? {
          source: { component: note.component, ...(note.host === undefined ? {} : { host: note.host }) },
          firstTimestamp: timestamp(now),
          lastTimestamp: timestamp(now),
          count: 1,
          eventTime: null,
          reportingComponent: note.component,
          reportingInstance: note.host ?? '',
        }
      : {
          source: {},
          firstTimestamp: null,
          lastTimestamp: null,
          eventTime: microTimestamp(now),
          action: note.series.action,
          reportingComponent: note.component,
          reportingInstance: `${note.component}-practice`,
        }),
  };
}
