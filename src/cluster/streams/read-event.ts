/** One line of a watch. */
import type { KubeObject } from '../objects.ts';

/** An ERROR carries a Status in place of an object. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubeObject;
}

/** The event, without the `managedFields` of its object; undefined where the line is none. */
export function readEvent(line: Buffer): WatchEvent | undefined {
  try {
    const event = JSON.parse(withoutManagedFields(line)) as WatchEvent | null;
    if (event === null || typeof event.object !== 'object' || event.object === null) return undefined;
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
  } catch {
    return undefined;
  }
}

// Inside a text its quotes would be escaped, so this is always a key.
const key = Buffer.from('"managedFields":[');
const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openArray, closeArray, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Which client wrote which field is nine tenths of an object's metadata, no server leaves it out, and nobody here asks for it:
 * looking for its end costs a fraction of parsing it.
 */
function withoutManagedFields(line: Buffer): string {
  const start = line.indexOf(key);
  if (start < 0) return line.toString('utf8');
  const end = endOfArray(line, start + key.length - 1);
  if (end < 0) return line.toString('utf8');
  const first = line[start - 1] !== comma;
  const left = line.toString('utf8', 0, first ? start : start - 1);
  return left + line.toString('utf8', first && line[end] === comma ? end + 1 : end);
}

/** Behind the bracket that closes the one at `from`; -1 where none does. */
function endOfArray(line: Buffer, from: number): number {
  let depth = 0;
  let inText = false;
  for (let at = from; at < line.length; at++) {
    const byte = line[at];
    if (inText) {
      if (byte === backslash) at++;
      else if (byte === quote) inText = false;
    } else if (byte === quote) {
      inText = true;
    } else if (byte === openArray || byte === openObject) {
      depth++;
    } else if (byte === closeArray || byte === closeObject) {
      depth--;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}
