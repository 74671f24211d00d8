import { describe, expect, test } from 'vitest';
import { addSample, estimateLeft, type RateSample } from '../../src/rollout/rate.ts';

const samplesOf = (
  ...counts: readonly (readonly [seconds: number, available: number])[]
): readonly RateSample[] =>
  counts.reduce<readonly RateSample[]>(
    (samples, [seconds, available]) => addSample(samples, { at: seconds * 1000, available }),
    [],
  );
const left = (samples: readonly RateSample[], desired: number, seconds: number) =>
  estimateLeft(samples, desired, seconds * 1000);

describe('the estimate', () => {
  test('goes by the rate so far', () => {
    const samples = samplesOf([0, 0], [10, 1], [20, 2]);
    expect(left(samples, 6, 20)).toBe(40_000);
    expect(left(samples, 6, 25)).toBe(35_000);
    expect(left(samples, 2, 25)).toBe(0);
  });

  test('is none before the first gain, and none after a stall', () => {
    expect(left([], 6, 20)).toBeUndefined();
    expect(left(samplesOf([0, 3]), 6, 20)).toBeUndefined();
    const samples = samplesOf([0, 0], [20, 1], [40, 2]);
    expect(left(samples, 6, 130)).toBe(60_000);
    expect(left(samples, 6, 150)).toBeUndefined();
  });

  test('begins anew when pods are lost', () => {
    expect(samplesOf([0, 0], [10, 3], [20, 1])).toEqual([{ at: 20_000, available: 1 }]);
    expect(left(samplesOf([0, 0], [10, 3], [20, 1], [30, 2]), 4, 30)).toBe(20_000);
  });

  test('keeps no more than it needs', () => {
    const many = samplesOf(...Array.from({ length: 500 }, (_, index) => [index, index] as const), [600, 499]);
    expect(many).toHaveLength(50);
    expect(left(many, 509, 499)).toBeCloseTo(10_000);
  });
});
