import { describe } from 'vitest';
import type { Backend } from './backend.ts';
import { describeFailures } from './failures.ts';
import { describeLists } from './lists.ts';
import { describeWrites } from './writes.ts';

/** Everything that both clusters must do alike. */
export function describeAll(backend: () => Backend): void {
  describeLists(backend);
  describeWrites(backend);
  describe('rollouts that fail', () => describeFailures(backend));
}
