import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { readControlPlane } from '../../src/data-plane/control-plane.ts';
import { podMeta } from './pods.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----';
const component = (createdBy: string) =>
  podMeta({ namespace: 'linkerd', component: 'destination', createdBy, proxyVersion: createdBy });
const readWith = (given: Partial<Parameters<typeof readControlPlane>[0]>) =>
  readControlPlane({
    namespace: 'linkerd',
    installed: true,
    values: undefined,
    bundle: undefined,
    pods: [],
    ...given,
  });

test('the version is that of the configuration', () => {
  expect(readWith({ values: 'linkerdVersion: stable-2.14.10\n' })).toMatchObject({
    version: 'stable-2.14.10',
    proxyVersion: 'stable-2.14.10',
    source: 'ConfigMap linkerd/linkerd-config',
    state: 'found',
  });
});

test('up to 2.9 the configuration has its values under global', () => {
  const values = `global:\n  linkerdVersion: stable-2.9.5\n  identityTrustAnchorsPEM: |\n    ${PEM.replaceAll('\n', '\n    ')}\n`;
  const read = readWith({ values });
  expect(read.version).toBe('stable-2.9.5');
  expect(read.trustRoots).toContain(sha256(PEM));
});

test('where the configuration names a version for proxies, new pods get that', () => {
  const values = 'linkerdVersion: stable-2.14.10\nproxy:\n  image:\n    version: stable-2.14.9\n';
  expect(readWith({ values })).toMatchObject({ version: 'stable-2.14.10', proxyVersion: 'stable-2.14.9' });
});

test('without the configuration, its pods tell', () => {
  const pods = [component('stable-2.14.10'), component('stable-2.14.10'), component('stable-2.13.7')];
  const read = readWith({ installed: undefined, pods });
  expect(read).toMatchObject({ version: 'stable-2.14.10', state: 'found' });
  expect(read.source).toContain('linkerd.io/created-by');
});

test('what runs is told apart from what the configuration says', () => {
  const pods = [component('stable-2.13.7'), component('stable-2.13.7'), component('stable-2.14.10')];
  expect(readWith({ values: 'linkerdVersion: stable-2.14.10', pods }).running).toEqual([
    { version: 'stable-2.13.7', pods: 2 },
    { version: 'stable-2.14.10', pods: 1 },
  ]);
});

test('pods that end, the heartbeat without a proxy, and pods elsewhere are none of its own', () => {
  const pods = [
    { ...component('stable-2.13.7'), deleting: true },
    { ...component('stable-2.12.0'), meshOf: '' },
    { ...component('stable-2.11.0'), namespace: 'other' },
  ];
  expect(readWith({ pods }).running).toEqual([]);
});

test('one that is not there, and one that could not be seen, are two things', () => {
  expect(readWith({ installed: false }).state).toBe('missing');
  expect(readWith({ installed: undefined }).state).toBe('unseen');
});

test('a newline at the end of the anchors makes no other trust root', () => {
  for (const bundle of [PEM, `${PEM}\n`, `\n${PEM}\n\n`]) {
    const { trustRoots, trustRoot } = readWith({ bundle });
    expect(trustRoots).toContain(sha256(PEM));
    expect(trustRoots).toContain(sha256(`${PEM}\n`));
    expect(trustRoot).toBe(sha256(bundle));
  }
});

test('the bundle that is mounted goes before the value of the configuration', () => {
  const values = `linkerdVersion: stable-2.14.10\nidentityTrustAnchorsPEM: |\n  older\n`;
  const { trustRoots } = readWith({ bundle: PEM, values });
  expect(trustRoots).toContain(sha256(PEM));
  expect(trustRoots).not.toContain(sha256('older\n'));
});

test.each(['a: [', '- a\n- b', '', 'linkerdVersion: 7', 'linkerdVersion: {a: b}', 'proxy: x\nglobal: y'])(
  'a configuration that is none does no harm: %j',
  (values) => {
    expect(readWith({ values })).toMatchObject({ version: undefined, trustRoot: undefined, state: 'found' });
  },
);

test('the version of the configuration is stripped of controls', () => {
  expect(readWith({ values: 'linkerdVersion: "stable-2.14.10\\u001b[2J"' }).version).toBe('stable-2.14.10');
});
