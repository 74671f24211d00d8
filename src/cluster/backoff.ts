/** How long to wait before the next try. */
import { setTimeout as pause } from 'node:timers/promises';

/** What is random and what takes time, so that tests can have it otherwise. */
export interface Timing {
  /** Ms since the epoch. */
  readonly now: () => number;
  /** 0 to 1. */
  readonly random: () => number;
  /** Settles after `ms`, and at once when `signal` aborts. Never rejects. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

export const systemTiming: Timing = {
  now: Date.now,
  random: Math.random,
  sleep: (ms, signal) => pause(ms, undefined, signal ? { signal } : {}).catch(() => undefined),
};

/**
 * Ms before the try after the nth failure (from 1): doubled each time from `firstMs` up to `mostMs`, and then anything
 * between half of it and all of it, so that many clients do not come back to a restarted server at once.
 */
export function backoffMs(
  failures: number,
  random: () => number,
  { firstMs = 250, mostMs = 10_000 }: { readonly firstMs?: number; readonly mostMs?: number } = {},
): number {
  const most = Math.min(firstMs * 2 ** Math.min(failures - 1, 20), mostMs);
  return Math.round((most / 2) * (1 + random()));
}

/** The header Retry-After (RFC 9110, 10.2.3) in ms; undefined where there is none that can be read. At most a minute is waited. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : (Date.parse(header) - now) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 0), 60) * 1000;
}
