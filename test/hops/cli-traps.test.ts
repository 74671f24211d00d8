/** What a hop must not break: settings of early 2.9, TrafficSplits, routes of a Gateway API that changed hands, and a pruning that was killed. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import type { KubeObject } from '../../src/practice/kube-client.ts';
import { entry } from '../helpers/handrail.ts';
import { isWhole } from './every-hop.ts';
import { type HopWorld, hopWorld } from './walk-hop.ts';

let world: HopWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

test('2.9.2 to 2.9.5: stored settings that an upgrade took away are made again', async () => {
  world = await hopWorld('stable-2.9.2');
  await world.sh('kubectl -n linkerd delete secret linkerd-config-overrides');
  const { code, stdout } = await world.walk('stable-2.9.5');
  expect(code, stdout.slice(-4000)).toBe(0);
  const label = await world.sh(
    `kubectl -n linkerd get secret linkerd-config-overrides -o jsonpath='{.metadata.labels.linkerd\\.io/control-plane-ns}'`,
  );
  expect(label).toBe('linkerd');
  await isWhole(world, 'stable-2.9.5');
}, 600_000);

test('2.11 to 2.12: TrafficSplits stay, though their definition is no longer part of Linkerd', async () => {
  world = await hopWorld('stable-2.11.5');
  await world.sh(`kubectl apply -f - <<'YAML'
apiVersion: split.smi-spec.io/v1alpha1
kind: TrafficSplit
metadata: {name: web, namespace: shop}
spec: {service: web, backends: [{service: web, weight: 100}]}
YAML`);
  const { code, stdout } = await world.walk('stable-2.12.6');
  expect(code, stdout.slice(-4000)).toBe(0);
  expect(await world.sh('kubectl -n shop get trafficsplits -o name')).toContain('/web');
  expect(stdout).toContain('It has 1 resource, which would be deleted with it.');
}, 600_000);

test('a Gateway API that changed hands: TLSRoutes stay until their deletion is confirmed by the name of the cluster', async () => {
  world = await hopWorld('edge-25.4.4');
  // As `kubectl apply` of the standard channel leaves it: two definitions are others', the two that are not in that channel are Linkerd's.
  await world.sh(`for name in httproutes grpcroutes; do
    kubectl annotate crd $name.gateway.networking.k8s.io linkerd.io/created-by- gateway.networking.k8s.io/bundle-version=v1.2.1 --overwrite
    kubectl label crd $name.gateway.networking.k8s.io linkerd.io/control-plane-ns-
  done
  kubectl apply -f - <<'YAML'
apiVersion: gateway.networking.k8s.io/v1alpha2
kind: TLSRoute
metadata: {name: bank, namespace: shop}
spec: {rules: []}
YAML`);
  const kept = await world.walk('edge-25.10.7');
  expect(kept.code, kept.stdout.slice(-4000)).toBe(0);
  expect(await world.sh('kubectl -n shop get tlsroutes -o name')).toContain('/bank');
  // The one without resources is gone.
  expect(await world.sh('kubectl get crd -o name')).not.toContain('tcproutes.');

  const answers = { 'decide-about-definitions-in-use': 'delete' };
  const stopped = await world.walk('edge-25.10.7', { answers });
  expect(stopped.code).not.toBe(0);
  expect(stopped.stdout + stopped.stderr).toContain('cannot be undone');
  expect(await world.sh('kubectl -n shop get tlsroutes -o name')).toContain('/bank');
}, 900_000);

test('2.18 to 2.19: jaeger is taken out before, the multicluster extension and the CNI plugin go along', async () => {
  world = await hopWorld('edge-25.4.4');
  for (const extension of ['jaeger install', 'multicluster install', 'install-cni']) {
    await world.sh(`linkerd ${extension} | kubectl apply -f -`);
  }
  const { code, stdout } = await world.walk('edge-25.10.7');
  expect(code, stdout.slice(-4000)).toBe(0);
  expect(await world.sh('kubectl get namespaces -o name')).not.toContain('linkerd-jaeger');
  expect(await world.sh('kubectl get mutatingwebhookconfigurations -o name')).not.toContain('jaeger');
  const madeBy = await world.sh(
    `kubectl get crd/links.multicluster.linkerd.io daemonset/linkerd-cni -n linkerd-cni -o jsonpath='{range .items[*]}{.metadata.annotations.linkerd\\.io/created-by}{"\\n"}{end}'`,
  );
  expect(madeBy).toBe('linkerd/cli edge-25.10.7\nlinkerd/cli edge-25.10.7\n');
}, 600_000);

test('the Gateway API of 2.17 is handed over, though a plain apply of the other one is refused half way', async () => {
  world = await hopWorld('edge-24.11.8');
  await world.sh(`kubectl apply -f - <<'YAML'
apiVersion: gateway.networking.k8s.io/v1alpha2
kind: GRPCRoute
metadata: {name: old, namespace: shop}
spec: {rules: []}
---
apiVersion: gateway.networking.k8s.io/v1alpha2
kind: TLSRoute
metadata: {name: bank, namespace: shop}
spec: {rules: []}
YAML`);
  const upgraded = await world.walk('edge-25.4.4');
  expect(upgraded.code, upgraded.stdout.slice(-4000)).toBe(0);
  const file = join(world.env.HOME!, 'standard-install.yaml');
  writeFileSync(file, standardChannel(await world.sh('linkerd upgrade --crds')));
  await expect(world.sh(`kubectl apply -f ${file}`)).rejects.toThrow('status.storedVersions');

  const { code, stdout } = await world.handrail(
    ...['run', 'linkerd/gateway-api', '--practice', '--plain', '--unattended', '--set', `MANIFESTS=${file}`],
  );
  expect(code, stdout.slice(-4000)).toBe(0);
  expect(await world.sh('linkerd upgrade --crds')).not.toContain('gateway.networking');
  expect(await world.sh('linkerd prune')).toBe('');
  const routes = await world.sh('kubectl -n shop get grpcroutes,tlsroutes -o name');
  expect(routes).toContain('/old');
  expect(routes).toContain('/bank');
}, 600_000);

/** What the standard channel has since 1.2, made of Linkerd's own: HTTPRoute and GRPCRoute alone, the latter in v1 only, and nobody's mark on them. */
function standardChannel(rendered: string): string {
  return parseAllDocuments(rendered)
    .map((document) => document.toJS() as KubeObject | null)
    .filter((one) => one !== null && /^(http|grpc)routes\.gateway\./.test(one.metadata.name))
    .map((one) => {
      const { metadata, spec } = one!;
      const annotations = {
        ...metadata.annotations,
        'gateway.networking.k8s.io/bundle-version': 'v1.2.1',
        'linkerd.io/created-by': undefined,
      };
      const grpc = metadata.name.startsWith('grpc');
      const versions = spec.versions.filter(({ name }: { name: string }) => !grpc || name === 'v1');
      return { ...one, metadata: { name: metadata.name, annotations }, spec: { ...spec, versions } };
    })
    .map((one) => `---\n${stringify(one)}`)
    .join('');
}

test('killed with -9 in the middle of a pruning: the next program goes on with what is left', async () => {
  world = await hopWorld('stable-2.13.7', ['--speed', '20']);
  const folder = world.env.HOME!;
  const left = Array.from({ length: 60 }, (_, index) => `left-${index}`);
  await world.sh(
    `for i in $(seq 0 59); do printf -- '---\\napiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: left-%s, namespace: linkerd, labels: {linkerd.io/control-plane-ns: linkerd}}\\n' $i; done | kubectl apply -f -`,
  );
  writeFileSync(
    join(folder, 'prune.md'),
    '---\nrunbook: 1\nrequires: {linkerd: "*"}\n---\n\n# Prune\n\n## Prune it\n\n```yaml prune\nlist: linkerd prune\n```\n',
  );
  const sessions = join(folder, 'state/handrail/sessions');
  const journal = () => {
    try {
      return readFileSync(join(sessions, readdirSync(sessions)[0]!, 'journal.jsonl'), 'utf8');
    } catch {
      return '';
    }
  };
  const child = spawn(
    process.execPath,
    [entry, 'run', join(folder, 'prune.md'), '--practice', '--plain', '--unattended'],
    { env: world.env, stdio: 'ignore' },
  );
  await expect
    .poll(() => journal().split(' is gone.').length, { timeout: 60_000, interval: 5 })
    .toBeGreaterThan(5);
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('close', resolve));
  const there = async () =>
    (await world!.sh('kubectl -n linkerd get configmaps -o name'))
      .split('\n')
      .filter((name) => name.includes('left-'));
  const after = await there();
  expect(after.length, 'all were gone before it was killed').toBeGreaterThan(0);
  expect(after.length).toBeLessThan(left.length);
  const { code, stdout } = await world.handrail('resume', '--plain', '--unattended');
  expect(code, stdout.slice(-2000)).toBe(0);
  expect(await there()).toEqual([]);
  for (const name of left)
    expect(journal().split(`Deleting ConfigMap linkerd/${name}.`).length, name).toBe(2);
}, 300_000);
