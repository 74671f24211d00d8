/** How many pods were there at a moment (ms since the epoch). */
export interface RateSample {
  readonly at: number;
  readonly available: number;
}

/** Enough to tell the rate of the last while; more is forgotten. */
const KEPT = 50;
/** So many times the usual pause without a gain, and longer than a minute, no rate can be told. */
const STALL = 5;

/** The samples with one more: those that change nothing are left out, so that time without a gain counts as such. */
export function addSample(samples: readonly RateSample[], sample: RateSample): readonly RateSample[] {
  const last = samples.at(-1);
  if (last !== undefined && last.available === sample.available) return samples;
  // Fewer than before: another rollout began, or pods were lost; what was gained until then tells nothing.
  if (last !== undefined && sample.available < last.available) return [sample];
  return [...samples, sample].slice(-KEPT);
}

/**
 * How many ms a rollout still takes at the rate it had so far, counted from `now`; undefined while nothing was gained yet,
 * or since it has stalled. 0 where all pods are there.
 */
export function estimateLeft(
  samples: readonly RateSample[],
  desired: number,
  now: number,
): number | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const left = desired - last.available;
  if (left <= 0) return 0;
  const gained = last.available - first.available;
  const took = last.at - first.at;
  if (gained <= 0 || took <= 0) return undefined;
  const pause = now - last.at;
  const usual = took / (samples.length - 1);
  if (pause > Math.max(STALL * usual, 60_000)) return undefined;
  // What has passed since the last gain is spent already, as far as it is no longer than usual.
  return Math.max((took / gained) * left - Math.min(pause, usual), 0);
}
