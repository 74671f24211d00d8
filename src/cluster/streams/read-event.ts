/** One line of a watch. */
import type { KubeObject } from '../objects.ts';

/** An ERROR carries a Status in place of an object. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubeObject;
}

/** The event, without the `managedFields` of its object; undefined where the line is none. */
export function readEvent(line: Buffer): WatchEvent | undefined {
  const event = parsed(line);
  if (event === null || typeof event?.object !== 'object' || event.object === null) return undefined;
  switch (event.type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      return typeof event.object.metadata?.name === 'string' ? event : undefined;
    case 'BOOKMARK':
      return event.object.metadata ? event : undefined;
    case 'ERROR':
      return event;
    default:
      return undefined;
  }
}

/**
 * Which client wrote which field is nine tenths of an object's metadata, no server leaves it out, and nobody here asks for it:
 * cutting it out costs a fraction of parsing it.
 */
function parsed(line: Buffer): WatchEvent | null | undefined {
  const cut = withoutManagedFields(line);
  if (cut !== undefined) {
    try {
      return JSON.parse(cut) as WatchEvent | null;
    } catch {
      // The cut was in the wrong place, or this is no event at all.
    }
  }
  try {
    const event = JSON.parse(line.toString('utf8')) as WatchEvent | null;
    const metadata = event?.object?.metadata as { managedFields?: unknown } | undefined;
    delete metadata?.managedFields;
    return event;
  } catch {
    return undefined;
  }
}

// Inside a text its quotes would be escaped, so this is always a key; an array with anything in it follows.
const opening = Buffer.from('"managedFields":[{');
const closing = Buffer.from('}]');
const [comma, closeObject] = [0x2c, 0x7d];

/**
 * The entries have no array in them (apimachinery, ManagedFieldsEntry and FieldsV1), so the first `}]` ends them. Were it within
 * a text or an array, quotes or brackets would not come out even in what is left, and that would be no JSON.
 */
function withoutManagedFields(line: Buffer): string | undefined {
  const start = line.indexOf(opening);
  if (start < 0) return undefined;
  const end = line.indexOf(closing, start + opening.length) + closing.length;
  if (end < closing.length || (line[end] !== comma && line[end] !== closeObject)) return undefined;
  const first = line[start - 1] !== comma;
  const left = line.toString('utf8', 0, first ? start : start - 1);
  return left + line.toString('utf8', first && line[end] === comma ? end + 1 : end);
}
