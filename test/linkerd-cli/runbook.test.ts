import { delimiter } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { practiceWithKubectl } from './helpers.ts';
import { standInsBelow, walkRunbook } from './walk.ts';

const FROM = 'stable-2.13.7';
const TO = 'stable-2.14.10';
let cluster: Awaited<ReturnType<typeof practiceWithKubectl>>;
let environment: Record<string, string>;
beforeAll(async () => {
  cluster = await practiceWithKubectl({ mesh: FROM });
  const bin = await standInsBelow(cluster.folder, FROM);
  environment = { ...cluster.environment, PATH: `${bin}${delimiter}${process.env.PATH}` };
}, 60_000);
afterAll(() => cluster.stop());

const proxies = async (): Promise<string[]> => {
  const { out } = await cluster.kubectl([
    ...['get', 'pods', '-A', '-l', 'linkerd.io/control-plane-ns', '--field-selector', 'status.phase=Running'],
    ...['-o', 'jsonpath={range .items[*]}{.spec.containers[?(@.name=="linkerd-proxy")].image}{"\\n"}{end}'],
  ]);
  return [...new Set(out.trim().split('\n'))];
};

describe('the runbook of the upgrade', () => {
  it('runs to its end on the practice cluster, and all of the mesh is new', async () => {
    expect(await proxies()).toEqual([`cr.l5d.io/linkerd/proxy:${FROM}`]);
    const ran = await walkRunbook('linkerd/upgrade-cli.md', {
      parameters: { TO },
      environment,
      undo: ['Update the CLI'],
    });
    const steps = [...new Set(ran.map(({ step }) => step))];
    expect(steps).toEqual(
      expect.arrayContaining([
        'Upgrade the control plane',
        'Upgrade the viz extension',
        'Restart the other namespaces',
        'Look after it',
      ]),
    );
    expect(await proxies()).toEqual([`cr.l5d.io/linkerd/proxy:${TO}`]);
    const text = ran.map(({ out, err }) => out + err).join('');
    expect(text).not.toContain('PRIVATE KEY');
    expect(text).not.toMatch(/tls\.key: [A-Za-z0-9+/]{40}/);
  }, 400_000);

  it('does nothing twice when its last steps are walked again', async () => {
    const pods = async () => (await cluster.kubectl(['get', 'pods', '-A', '-o', 'name'])).out;
    const before = await pods();
    await walkRunbook('linkerd/upgrade-cli.md', {
      parameters: { TO, FROM, FIRST: 'shop' },
      environment,
      only: [
        'Update the CLI',
        'Prune what is no longer part of Linkerd',
        'Restart a first namespace',
        'Restart the other namespaces',
      ],
    });
    expect(await pods()).toBe(before);
  }, 60_000);
});

describe('its pitfalls', () => {
  const stored = { RELEASE: TO, DEFINITIONS: 'servers.policy.linkerd.io=v1beta1' };
  it.each<readonly [string, Readonly<Record<string, string>>]>([
    ['crd-mismatch', {}],
    ['interrupted-upgrade', {}],
    ['network-policy-blocks', {}],
    ['cli-out-of-sync', {}],
    ['stored-crd-versions', { ...stored, OWNER: 'linkerd' }],
    ['stored-crd-versions', { ...stored, OWNER: 'others' }],
    ['data-plane-behind', {}],
    ['proxies-too-old', {}],
  ])(
    '%s can be walked on a mesh that is well, given %j',
    async (name, parameters) => {
      const ran = await walkRunbook(`pitfalls/${name}.md`, { parameters, environment });
      expect(ran.length).toBeGreaterThan(1);
    },
    60_000,
  );
});
