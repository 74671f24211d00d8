import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { identityFiles, type Mesh, startMesh, stepsOf, textOf } from './mesh.ts';

let mesh: Mesh;

/** An anchor whose key is at hand, and an issuer of it with a few days left, in place of what the practice cluster was made with. */
beforeAll(async () => {
  mesh = await startMesh('stable-2.14.10');
  await mesh.sh(`cd ${mesh.folder}
    ${identityFiles(20)}
    openssl ecparam -name prime256v1 -genkey -noout -out other.key
    manifests=$(linkerd upgrade --force --identity-trust-anchors-file ca.crt --identity-issuer-certificate-file issuer.crt --identity-issuer-key-file issuer.key)
    printf '%s\\n' "$manifests" | kubectl apply --filename -
    for each in $(kubectl -n linkerd get deployments -o name); do
      kubectl -n linkerd rollout restart "$each"
      kubectl -n linkerd rollout status "$each" --timeout=60s
    done`);
}, 240_000);
afterAll(() => mesh.stop());

const fingerprint = () =>
  mesh.sh(
    `kubectl -n linkerd get secret linkerd-identity-issuer -o jsonpath='{.data.crt\\.pem}' | base64 -d | openssl x509 -noout -fingerprint -sha256`,
  );

it('names what ends soon and changes nothing, where only looking is asked for', async () => {
  const before = await fingerprint();
  const ran = await mesh.walk('certificates');
  const said = textOf(ran);
  expect(said).toMatch(
    /Issuer:[\s\S]*It ends within 60 days\.[\s\S]*The issuer is signed by one of the anchors\./,
  );
  expect(said).toMatch(/linkerd\/linkerd-proxy-injector-k8s-tls {2}\w+ +\d+ /);
  // The applications were made with the anchor of before, the control plane with the new one.
  expect(said.match(/proxies trust [0-9a-f]{64}/g)?.length).toBe(2);
  expect(ran.some(({ role }) => role === 'change')).toBe(false);
  expect(await fingerprint()).toBe(before);
}, 240_000);

it('signs no issuer with a key that is not that of an anchor', async () => {
  const before = await fingerprint();
  await expect(
    mesh.walk('certificates', { parameters: { WHAT: 'issuer', ANCHOR_KEY: 'other.key' } }),
  ).rejects.toThrow('The key belongs to none of the anchors that the mesh trusts.');
  expect(await fingerprint()).toBe(before);
}, 240_000);

it('renews the issuer with the key of the anchor, which stays where it is', async () => {
  await mesh.sh(`for each in $(kubectl get deployments,statefulsets,daemonsets -A -l '!linkerd.io/control-plane-component' \
      -o jsonpath='{range .items[*]}{.metadata.namespace}/{.kind}/{.metadata.name}{"\\n"}{end}' | grep -v -e ^kube-system -e ^linkerd/); do
    kubectl -n "\${each%%/*}" rollout restart "\${each#*/}"; kubectl -n "\${each%%/*}" rollout status "\${each#*/}" --timeout=60s; done`);
  const before = await fingerprint();
  const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('tmp.'));
  const left = folders();
  const ran = await mesh.walk('certificates', {
    parameters: { WHAT: 'issuer', ANCHOR_KEY: join(mesh.folder, 'ca.key') },
  });
  expect(stepsOf(ran)).toContain('Verify that new certificates are issued');
  expect(await fingerprint()).not.toBe(before);
  expect(textOf(ran)).not.toContain('PRIVATE KEY');
  expect(folders().filter((name) => !left.includes(name))).toEqual([]);
  const looked = textOf(await mesh.walk('certificates'));
  expect(looked).not.toContain('It ends within');
  expect(looked.match(/proxies trust [0-9a-f]{64}/g)?.length).toBe(1);
}, 240_000);

it('renews the certificates of the webhooks', async () => {
  const served = () =>
    mesh.sh("kubectl -n linkerd get secret linkerd-proxy-injector-k8s-tls -o jsonpath='{.data.tls\\.crt}'");
  const before = await served();
  await mesh.walk('certificates', { parameters: { WHAT: 'webhooks' } });
  expect(await served()).not.toBe(before);
}, 240_000);

it('tells the order of a new anchor, and does none of it', async () => {
  const ran = await mesh.walk('certificates', { parameters: { WHAT: 'anchor' } });
  expect(textOf(ran)).toMatch(/\d+ pods restart, each time/);
  expect(ran.some(({ role }) => role === 'change')).toBe(false);
}, 240_000);

it('fails where the issuer is over, and nobody has to wait for it to be found out', async () => {
  await mesh.sh(`cd ${mesh.folder}
    openssl x509 -req -in issuer.csr -CA ca.crt -CAkey ca.key -set_serial 8 -days 0 -extfile extensions -out over.crt
    sleep 1
    kubectl -n linkerd patch secret linkerd-identity-issuer --type merge --patch "{\\"data\\":{\\"crt.pem\\":\\"$(base64 -w0 over.crt)\\"}}"`);
  await expect(mesh.walk('certificates')).rejects.toThrow('It is over.');
}, 240_000);
