/** What the tool of 2.18 and later makes of the Gateway API: its own, somebody else's, or none. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { practiceWithKubectl } from './helpers.ts';

const version = 'edge-25.4.4';
const names = ['httproutes', 'grpcroutes', 'tlsroutes', 'tcproutes'].map(
  (name) => `${name}.gateway.networking.k8s.io`,
);
const crds = { apiVersion: 'apiextensions.k8s.io/v1', resource: 'customresourcedefinitions' };
let cluster: Awaited<ReturnType<typeof practiceWithKubectl>>;
let rendered: string;
beforeAll(async () => {
  cluster = await practiceWithKubectl({ mesh: version, speed: 300 });
  rendered = (await cluster.linkerd(version, ['upgrade', '--crds'])).out;
}, 60_000);
afterAll(() => cluster.stop());

beforeEach(async () => {
  await cluster.kubectl(['apply', '-f', '-'], rendered);
});

const upgrade = (...flags: string[]) => cluster.linkerd(version, ['upgrade', '--crds', ...flags]);
const disowned = async () => {
  for (const name of names.slice(0, 2)) {
    await cluster.practice.client.patch(crds, name, 'merge', {
      metadata: {
        annotations: { 'linkerd.io/created-by': null },
        labels: { 'linkerd.io/control-plane-ns': null },
      },
    });
  }
};

test('its own it goes on to render, and does not let go of', async () => {
  for (const name of names) expect(rendered).toContain(`name: ${name}`);
  const { code, err } = await upgrade('--set', 'installGatewayAPI=false');
  expect(code).toBe(1);
  expect(err).toContain('Linkerd is providing GW API, but your current install configuration will remove it');
});

test("somebody else's it leaves alone, and lists what is left of its own for pruning", async () => {
  await disowned();
  expect((await upgrade()).out).not.toContain('gateway.networking');
  const pruned = (await cluster.linkerd(version, ['prune'])).out;
  expect(names.filter((name) => pruned.includes(name))).toEqual(names.slice(2));
  const { err } = await upgrade('--set', 'installGatewayAPI=true');
  expect(err).toContain('already installed by an external source');
});

test('one of two owners it takes for its own: a migration that stopped half way is undone', async () => {
  await disowned();
  await cluster.practice.client.patch(crds, names[1]!, 'merge', {
    metadata: { annotations: { 'linkerd.io/created-by': 'linkerd/cli edge-24.11.8' } },
  });
  expect((await upgrade()).out).toContain(`name: ${names[0]}`);
});

test('without any it asks for one, unless it is told to bring its own', async () => {
  for (const name of names) await cluster.practice.client.delete(crds, name);
  const { code, err, out } = await upgrade();
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toContain('The Gateway API CRDs must be installed prior to installing Linkerd. Run:');
  expect((await upgrade('--set', 'installGatewayAPI=true')).out).toContain(`name: ${names[0]}`);
});

test('2.14 to 2.17 write over it, unless they are told not to', async () => {
  const older = (...flags: string[]) => cluster.linkerd('edge-24.11.8', ['upgrade', '--crds', ...flags]);
  expect((await older()).out).toContain(`name: ${names[0]}`);
  const { out } = await older('--set', 'enableHttpRoutes=false', '--set', 'enableTlsRoutes=false');
  expect(names.filter((name) => out.includes(`name: ${name}`))).toEqual([names[3]]);
});
