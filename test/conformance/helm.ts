/** Real helm: an upgrade that works, one that fails, one that is killed, and what mends it. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { findTools } from '../../src/practice/tools.ts';
import { eventually } from '../cluster/eventually.ts';
import type { Backend } from './backend.ts';

const CHART = fileURLToPath(new URL('../fixtures/charts/shop', import.meta.url));
const IN_PROGRESS = 'another operation (install/upgrade/rollback) is in progress';

/** `backend` is called within the tests only. The tests are one story. */
export function describeHelm(backend: () => Backend): void {
  let namespace = '';
  beforeAll(async () => {
    namespace = await backend().namespace();
  });
  const helm = (words: string) => backend().tools.helm(`${words} -n ${namespace}`);
  const image = async () => {
    const ref = { apiVersion: 'apps/v1', resource: 'deployments', namespace };
    return (await backend().client.get(ref, 'shop'))?.spec.template.spec.containers[0].image;
  };
  /** `2 deployed` and so on, from the labels of the Secrets in which helm keeps its releases. */
  const releases = async () => {
    const secrets = { apiVersion: 'v1', resource: 'secrets', namespace };
    const { items } = await backend().client.list(secrets, { labelSelector: 'owner=helm,name=shop' });
    return items.map(({ metadata: { labels } }) => `${labels?.version} ${labels?.status}`).sort();
  };

  describe('helm', () => {
    test('installs and upgrades, and waits until pods are up', async () => {
      expect(await helm(`install shop ${CHART} --wait --timeout 40s`)).toMatchObject({ code: 0 });
      expect(await releases()).toEqual(['1 deployed']);
      const upgrade = `upgrade shop ${CHART} --set image=nginx:1.28,greeting=bye --wait --timeout 40s`;
      expect(await helm(upgrade)).toMatchObject({ code: 0 });
      expect(await releases()).toEqual(['1 superseded', '2 deployed']);
      const { stdout } = await backend().tools.kubectl(
        `-n ${namespace} get pods -o jsonpath={.items[*].spec.containers[0].image}`,
      );
      expect(stdout).toContain('nginx:1.28');
      const maps = { apiVersion: 'v1', resource: 'configmaps', namespace };
      expect((await backend().client.get(maps, 'shop'))?.data).toEqual({ greeting: 'bye' });
    });

    test('says that an upgrade to an image that is not there has failed', async () => {
      const upgrade = `upgrade shop ${CHART} --set image=nginx:does-not-exist --wait --timeout 3s`;
      const { code, stderr } = await helm(upgrade);
      expect(code).toBe(1);
      expect(stderr).toMatch(/UPGRADE FAILED/);
      expect(await releases()).toEqual(['1 superseded', '2 deployed', '3 failed']);
    });

    test('that is killed leaves a release that nothing but a rollback frees', async () => {
      const { paths } = await findTools(['helm'], { prefer: 'bundled' });
      const { folder, kubeconfig } = backend().tools;
      const words = `upgrade shop ${CHART} --set image=nginx:broken --wait --timeout 5m -n ${namespace}`;
      const child = spawn(paths.helm!, words.split(' '), {
        env: { PATH: process.env.PATH ?? '', HOME: folder, KUBECONFIG: kubeconfig },
        stdio: 'ignore',
      });
      const ended = new Promise((resolve) => child.on('close', (_code, signal) => resolve(signal)));
      await eventually(async () => (await image()) === 'nginx:broken', 'the change');
      child.kill('SIGKILL');
      expect(await ended).toBe('SIGKILL');
      expect(await releases()).toContain('4 pending-upgrade');

      const again = await helm(`upgrade shop ${CHART} --set image=nginx:1.29 --wait --timeout 20s`);
      expect(again.code).toBe(1);
      expect(again.stderr).toContain(IN_PROGRESS);
      expect(await image()).toBe('nginx:broken');

      expect(await helm('rollback shop 2 --wait --timeout 40s')).toMatchObject({ code: 0 });
      expect(await image()).toBe('nginx:1.28');
      expect((await releases()).at(-1)).toBe('5 deployed');
      const after = await helm(`upgrade shop ${CHART} --set image=nginx:1.29 --wait --timeout 40s`);
      expect(after).toMatchObject({ code: 0 });
      expect((await releases()).at(-1)).toBe('6 deployed');
    });
  });
}
