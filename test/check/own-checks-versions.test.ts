/** A mesh that is well gives no warning, whatever its version: a check that cries wolf is not read. */
import { expect, test } from 'vitest';
import { openClusterApi } from '../../src/cluster/open-api.ts';
import { ownChecks } from '../../src/cluster/own-checks/run.ts';
import { knownVersions } from '../../src/linkerd/facts.ts';
import { startPractice } from '../../src/practice/start-practice.ts';
import { systemClock } from '../../src/state/kind.ts';

test.each(knownVersions.map((mesh, index) => [mesh, index % 2 === 0] as const))(
  '%s, with high availability: %s',
  async (mesh, ha) => {
    const practice = await startPractice({ mesh, ha, speed: 1000 });
    const api = openClusterApi(practice.kubeconfig);
    try {
      const { signal } = new AbortController();
      const options = { proxy: true, pre: false, waitMs: 5_000, clock: systemClock, signal };
      const { checks } = await ownChecks(api, options);
      expect(checks.filter(({ result }) => result !== 'success')).toEqual([]);
      expect(checks.length).toBeGreaterThan(30);
    } finally {
      api.close();
      await practice.stop();
    }
  },
);
