import { describe } from 'vitest';
import type { Backend } from './backend.ts';
import { describeFailures } from './failures.ts';
import { describeHelm } from './helm.ts';
import { describeLists } from './lists.ts';
import type { StuckCase } from './stuck.ts';
import { describeStuckReasons } from './stuck-reasons.ts';
import { describeWrites } from './writes.ts';

/** Everything that both clusters must do alike. */
export function describeAll(backend: () => Backend, more: readonly StuckCase[] = []): void {
  describeLists(backend);
  describeWrites(backend);
  describe('rollouts that fail', () => describeFailures(backend));
  describeStuckReasons(backend, more);
  describeHelm(backend);
}
