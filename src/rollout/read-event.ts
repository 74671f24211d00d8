import { type Json, record, text, time, whole } from './json.ts';
import type { EventFacts } from './model.ts';

/** When it was seen last: events of either API fill other fields, and leave the rest null. */
const lastSeen = (event: Json, series: Json) =>
  time(series.lastObservedTime) ??
  time(event.lastTimestamp ?? event.deprecatedLastTimestamp) ??
  time(event.eventTime) ??
  time(event.firstTimestamp ?? event.deprecatedFirstTimestamp) ??
  time(record(event.metadata).creationTimestamp) ??
  0;

/** What an event says, of `v1` (involvedObject, message) or of `events.k8s.io/v1` (regarding, note); undefined where it is about nothing. */
export function readEvent(object: unknown): EventFacts | undefined {
  const event = record(object);
  const about = record(event.involvedObject ?? event.regarding);
  if (text(about.name) === '' && text(about.uid) === '') return undefined;
  const metadata = record(event.metadata);
  const series = record(event.series);
  const at = lastSeen(event, series);
  const first = time(event.firstTimestamp ?? event.deprecatedFirstTimestamp) ?? time(event.eventTime) ?? at;
  return {
    uid: text(metadata.uid),
    type: text(event.type),
    reason: text(event.reason),
    message: text(event.message ?? event.note),
    at,
    firstAt: Math.min(first, at),
    count: Math.max(whole(series.count), whole(event.count ?? event.deprecatedCount), 1),
    about: {
      kind: text(about.kind),
      namespace: text(about.namespace) || text(metadata.namespace),
      name: text(about.name),
      uid: text(about.uid),
    },
    fieldPath: text(about.fieldPath),
  };
}
