import type { EventFacts } from './model.ts';

/** Who an event is about. */
export interface Subject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** The events of one object, the latest first. */
export type EventsOf = (subject: Subject) => readonly EventFacts[];

const NONE: readonly EventFacts[] = [];
const place = ({ kind, namespace, name }: Subject) => `${kind}/${namespace}/${name}`;

/**
 * Events by the object that they are about: by its uid, or by kind, namespace and name where the event names no uid.
 * Those seen last before `notBefore` are of an earlier revision and left out.
 */
export function indexEvents(events: readonly EventFacts[], notBefore: number): EventsOf {
  const byKey = new Map<string, EventFacts[]>();
  for (const event of events) {
    if (event.at < notBefore) continue;
    const key = event.about.uid || place(event.about);
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [event]);
    else known.push(event);
  }
  for (const list of byKey.values()) list.sort((a, b) => b.at - a.at);
  return (subject) => {
    const named = byKey.get(place(subject));
    const exact = subject.uid === '' ? undefined : byKey.get(subject.uid);
    if (exact === undefined || named === undefined) return exact ?? named ?? NONE;
    return [...exact, ...named].sort((a, b) => b.at - a.at);
  };
}
