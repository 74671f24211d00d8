/** How times and durations are written, the same on every screen and in plain mode. */

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** `0:07`, `12:31`, `1:02:03`: a running clock. Negative spans count as nothing. */
export function clock(ms: number): string {
  const total = Math.max(0, Math.floor(ms / second));
  const seconds = String(total % 60).padStart(2, '0');
  const minutes = Math.floor(total / 60) % 60;
  const hours = Math.floor(total / 3600);
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`;
}

/** `45s`, `10m`, `1h 30m`: a span a person set or estimated. */
export function span(ms: number): string {
  if (ms < minute) return `${Math.max(0, Math.round(ms / second))}s`;
  const minutes = Math.round(ms / minute);
  if (minutes < 60) {
    const rest = Math.round((ms % minute) / second);
    return ms < 10 * minute && rest > 0 && rest < 60 ? `${Math.floor(ms / minute)}m ${rest}s` : `${minutes}m`;
  }
  const rest = minutes % 60;
  return rest === 0 ? `${Math.floor(minutes / 60)}h` : `${Math.floor(minutes / 60)}h ${rest}m`;
}

/** The age of something: `now`, `12s`, `4m`, `2h`, `3d`. Coarse on purpose, so that a screen does not flicker. */
export function age(ms: number): string {
  if (ms < 2 * second) return 'now';
  if (ms < minute) return `${Math.floor(ms / second)}s`;
  if (ms < hour) return `${Math.floor(ms / minute)}m`;
  if (ms < 48 * hour) return `${Math.floor(ms / hour)}h`;
  return `${Math.floor(ms / (24 * hour))}d`;
}

/** How long ago an RFC 3339 time was, in words; an unreadable time is said to be so. */
export function ago(time: string, now: number): string {
  const at = Date.parse(time);
  if (Number.isNaN(at)) return 'at an unknown time';
  const past = now - at;
  return past < 2 * second ? 'just now' : `${age(past)} ago`;
}

/** An RFC 3339 time of the journal without its milliseconds. */
export const shortTime = (time: string): string => time.replace(/\.\d+(?=Z$)/, '');

/** The time of day, UTC, as it stands in the journal: `14:05:10Z`. */
export function timeOfDay(ms: number): string {
  return `${new Date(ms).toISOString().slice(11, 19)}Z`;
}
