import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCheckOutput } from '../../src/linkerd/check-output.ts';
import { knownVersions } from '../../src/linkerd/facts.ts';
import { practiceWithKubectl } from './helpers.ts';

const START = 'stable-2.12.6';
const hops = knownVersions.slice(knownVersions.indexOf(START) + 1);
let cluster: Awaited<ReturnType<typeof practiceWithKubectl>>;
beforeAll(async () => {
  cluster = await practiceWithKubectl({ mesh: START, speed: 300 });
}, 60_000);
afterAll(() => cluster.stop());

const apply = async (yaml: string): Promise<void> => {
  const { code, err } = await cluster.kubectl(['apply', '-f', '-'], yaml);
  expect({ code, err }).toEqual({ code: 0, err: '' });
};

describe('from 2.12 to 2.20, one major version after the other', () => {
  it.each(hops)(
    'upgrades to %s, prunes nothing, and checks clean',
    async (version) => {
      await apply((await cluster.linkerd(version, ['upgrade', '--crds'])).out);
      await apply((await cluster.linkerd(version, ['upgrade'])).out);
      for (const name of ['identity', 'destination', 'proxy-injector']) {
        const { code } = await cluster.kubectl([
          ...['-n', 'linkerd', 'rollout', 'status', `deployment/linkerd-${name}`, '--timeout=60s'],
        ]);
        expect(code).toBe(0);
      }
      const checked = await cluster.linkerd(version, [
        ...['check', '-o', 'json', '--wait', '30s', '--expected-version', version],
      ]);
      const core = parseCheckOutput(checked.out).checks.filter(({ category }) => category !== 'linkerd-viz');
      expect(core.filter(({ result }) => result !== 'success')).toEqual([]);
      expect(checked.code).toBe(0);
      expect(await cluster.linkerd(version, ['prune'])).toMatchObject({ code: 0, out: '' });
    },
    60_000,
  );

  it('ends with the Gateway API as 2.18 left it', async () => {
    const { out } = await cluster.kubectl([
      ...['get', 'crd', 'httproutes.gateway.networking.k8s.io', '-o'],
      'jsonpath={.metadata.annotations.gateway\\.networking\\.k8s\\.io/bundle-version} {.status.storedVersions[*]}',
    ]);
    expect(out.trim().split(' ')).toEqual(['v1.1.1', 'v1beta1', 'v1']);
  });
});
