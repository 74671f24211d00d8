import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Mesh, startMesh, stepsOf, textOf } from './mesh.ts';

const PASSPHRASE = 'correct horse battery';
let mesh: Mesh;
let folder: string;

const server = {
  apiVersion: 'policy.linkerd.io/v1beta1',
  kind: 'Server',
  metadata: { name: 'web-http', namespace: 'shop' },
  spec: { podSelector: { matchLabels: { app: 'web' } }, port: 8080, proxyProtocol: 'HTTP/1' },
};
const profile = {
  apiVersion: 'linkerd.io/v1alpha2',
  kind: 'ServiceProfile',
  metadata: { name: 'web.shop.svc.cluster.local', namespace: 'shop' },
  spec: { routes: [{ name: 'GET /', condition: { method: 'GET', pathRegex: '/' }, timeout: '300ms' }] },
};

beforeAll(async () => {
  mesh = await startMesh('stable-2.14.10');
  await mesh.apply(server, profile);
}, 240_000);
afterAll(() => mesh.stop());

const filesBelow = (path: string): string[] =>
  readdirSync(path, { withFileTypes: true }).flatMap((each) =>
    each.isDirectory() ? filesBelow(join(path, each.name)) : [join(path, each.name)],
  );

it('writes what is the operator’s own, for nobody else to read, and no key in the open', async () => {
  const ran = await mesh.walk('backup', {
    parameters: { SECRETS: 'encrypted', PASSPHRASE },
    undo: ['Write the backup', 'Add the Secrets', 'Seal it'],
  });
  const [name] = readdirSync(join(mesh.folder, 'linkerd-backups'));
  folder = join(mesh.folder, 'linkerd-backups', name!);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  const files = filesBelow(folder);
  for (const file of files) expect(statSync(file).mode & 0o077).toBe(0);
  const open = files.map((file) => readFileSync(file, 'latin1')).join('');
  expect(open).not.toContain('PRIVATE KEY');
  expect(open).not.toContain(Buffer.from('-----BEGIN EC PRIVATE KEY').toString('base64').slice(0, 24));
  expect(readFileSync(join(folder, 'configuration/overrides-without-key.yaml'), 'utf8')).toMatch(
    /crtPEM: [\s\S]*keyPEM: left out/,
  );
  expect(readFileSync(join(folder, 'MANIFEST'), 'utf8')).toMatch(
    /stable-2\.14\.10[\s\S]*servers\.policy\.linkerd\.io\.yaml: 1/,
  );
  expect(textOf(ran)).not.toContain('PRIVATE KEY');
  // What viz has of these kinds comes with viz.
  expect(readFileSync(join(folder, 'resources/servers.policy.linkerd.io.yaml'), 'utf8')).not.toContain(
    'tap-api',
  );
}, 240_000);

it('brings back what was deleted and what was changed, also the definition, and the Secrets where asked', async () => {
  await mesh.sh(`kubectl -n shop patch serviceprofiles.linkerd.io web.shop.svc.cluster.local --type merge --patch '{"spec":{"routes":[]}}'
    kubectl delete customresourcedefinition servers.policy.linkerd.io
    kubectl -n linkerd delete secret linkerd-config-overrides`);
  const ran = await mesh.walk('restore', { parameters: { FOLDER: folder, SECRETS: 'yes', PASSPHRASE } });
  expect(stepsOf(ran)).toContain('Bring definitions back');
  expect(
    await mesh.sh("kubectl -n shop get servers.policy.linkerd.io web-http -o jsonpath='{.spec.port}'"),
  ).toBe('8080');
  expect(
    await mesh.sh(
      "kubectl -n shop get serviceprofiles.linkerd.io web.shop.svc.cluster.local -o jsonpath='{.spec.routes[0].timeout}'",
    ),
  ).toBe('300ms');
  await mesh.sh('linkerd upgrade >/dev/null');
  expect(textOf(ran)).not.toContain('PRIVATE KEY');
}, 240_000);

it('has nothing to do where nothing was lost', async () => {
  const ran = await mesh.walk('restore', { parameters: { FOLDER: folder } });
  expect(stepsOf(ran)).not.toContain('Bring definitions back');
  expect(ran.find(({ role }) => role === 'change')?.out).not.toMatch(/configured|created/);
}, 240_000);

it('does not use a backup that somebody has changed', async () => {
  const file = join(folder, 'resources/servers.policy.linkerd.io.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('8080', '9090'));
  await expect(mesh.walk('restore', { parameters: { FOLDER: folder } })).rejects.toThrow(
    /servers\.policy\.linkerd\.io\.yaml: FAILED/,
  );
});
