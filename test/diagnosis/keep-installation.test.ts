/** Of the values of an installation the keys are kept, and nothing that is a secret or looks like one. */
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { keepValues, overridesMask, releaseMask } from '../../src/cluster/evidence/keep-installation.ts';
import { createKeep } from '../../src/cluster/evidence/mask.ts';

const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----';
const keep = createKeep();
const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64');

test.each<[name: string, value: unknown, kept: unknown]>([
  ['controllerReplicas', 3, 3],
  ['enablePSP', true, true],
  ['controllerLogLevel', 'info', 'info'],
  ['clusterNetworks', '10.0.0.0/8,100.64.0.0/10', '10.0.0.0/8,100.64.0.0/10'],
  ['linkerdVersion', 'stable-2.14.10', 'stable-2.14.10'],
  [
    'proxyInit',
    { image: { name: 'cr.l5d.io/linkerd/proxy-init' } },
    { image: { name: 'cr.l5d.io/linkerd/proxy-init' } },
  ],
  ['tolerations', [{ key: 'x', operator: 'Exists' }], [{ key: '***', operator: 'Exists' }]],
  ['identityTrustAnchorsPEM', pem, '***'],
  ['notes', pem, '***'],
  ['password', 'short', '***'],
  ['password', 12345, '***'],
  ['apiToken', { value: 'x' }, { value: '***' }],
  ['imagePullSecrets', [{ name: 'registry' }], [{ name: '***' }]],
  ['license', 'abc', '***'],
  ['additionalEnv', [{ name: 'A', value: 'b' }], [{ name: '***', value: '***' }]],
  ['extraArgs', ['--x=y'], ['***']],
  ['url', 'https://me:secret@example.com', '***'],
  ['url', 'https://example.com/?sig=abc', '***'],
  ['hash', 'ABCDEFabcdef0123456789ABCDEFabcdef0123456789', '***'],
  ['annotation', 'Bearer abcdefghijklmnop', '***'],
  ['text', 'several\nlines', '***'],
  ['long', 'x '.repeat(200), '***'],
  ['nothing', null, null],
])('%s: %j', (name, value, kept) => {
  expect(keepValues({ [name]: value })).toEqual({ [name]: kept });
});

test('a key that holds something is hidden, too, and one that is a prototype harms nobody', () => {
  const kept = keepValues(JSON.parse(`{"${'A1'.repeat(30)}": true, "__proto__": {"x": "y"}}`)) as object;
  expect(Object.keys(kept)).toEqual(['***', '__proto__']);
  expect(Object.getPrototypeOf(kept)).toBe(Object.prototype);
});

test('what is too deep or too much is not followed', () => {
  let deep: unknown = 'end';
  for (let at = 0; at < 50; at += 1) deep = { deep };
  expect(JSON.stringify(keepValues(deep))).not.toContain('end');
  expect(keepValues(Array.from({ length: 10_000 }, () => 1))).toHaveLength(500);
});

test('Secret linkerd-config-overrides', () => {
  const yaml = `controllerReplicas: 3\nidentity:\n  issuer:\n    tls:\n      keyPEM: |\n        -----BEGIN EC PRIVATE KEY-----\n        hush\n`;
  const secret = {
    metadata: { name: 'linkerd-config-overrides', namespace: 'linkerd', annotations: { x: 'hush' } },
    data: { 'linkerd-config-overrides': base64(yaml) },
  };
  expect(keep(secret, overridesMask)).toEqual({
    metadata: { name: 'linkerd-config-overrides', namespace: 'linkerd' },
    values: { controllerReplicas: 3, identity: { issuer: { tls: { keyPEM: '***' } } } },
  });
});

const release = (payload: Buffer | string) => ({
  metadata: { name: 'sh.helm.release.v1.viz.v2', namespace: 'linkerd-viz', labels: { name: 'viz' } },
  data: { release: base64(base64(payload)) },
});

test('a Helm release, in gzip or not', () => {
  const json = JSON.stringify({
    version: 2,
    info: { status: 'deployed', notes: 'hush' },
    chart: {
      metadata: { name: 'linkerd-viz', version: '30.3.0', appVersion: 'stable-2.12.0' },
      values: { a: 'hush' },
    },
    config: { grafana: { enabled: false } },
    manifest: 'hush',
  });
  const wanted = {
    metadata: { name: 'viz', namespace: 'linkerd-viz' },
    chart: { name: 'linkerd-viz', version: '30.3.0', appVersion: 'stable-2.12.0' },
    status: 'deployed',
    revision: 2,
    values: { grafana: { enabled: false } },
  };
  expect(keep(release(gzipSync(json)), releaseMask)).toEqual(wanted);
  expect(keep(release(json), releaseMask)).toEqual(wanted);
});

test.each([
  ['no base64 of anything', release('no json: hush')],
  ['a bomb', release(gzipSync(Buffer.alloc(80 * 1024 * 1024)))],
  ['half of it', release(gzipSync('{"config": {}}').subarray(0, 12))],
  ['nothing', { metadata: { namespace: 'x', labels: { name: 'viz' } }, data: {} }],
])('a release that cannot be read says so, and nothing of what is in it: %s', (_, secret) => {
  const kept = keep(secret, releaseMask);
  expect(kept).toMatchObject({ unreadable: true });
  expect(JSON.stringify(kept)).not.toContain('hush');
});
