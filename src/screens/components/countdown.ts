import { clock } from '../../terminal/duration.ts';
import type { Span } from '../../terminal/line.ts';

/** Less than this is worth a warning. */
const SOON_MS = 5 * 60_000;

/** The time left until `endsAt`, e.g. `1:12:00 left`, or how long it is over; both in ms since the epoch. */
export function countdown(endsAt: number, now: number): Span {
  const left = endsAt - now;
  if (left < 0) return { text: `over by ${clock(-left)}`, style: 'bad' };
  return { text: `${clock(left)} left`, style: left < SOON_MS ? 'warning' : 'plain' };
}

/** Time passed against a limit, e.g. `2:31 of 10:00`; without a limit the time alone. */
export function elapsed(startedAt: number, now: number, limitMs: number | undefined): Span {
  const passed = now - startedAt;
  if (limitMs === undefined) return { text: clock(passed), style: 'plain' };
  return {
    text: `${clock(passed)} of ${clock(limitMs)}`,
    style: passed > limitMs * 0.8 ? 'warning' : 'plain',
  };
}
