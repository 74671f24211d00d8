/** The runbook before an upgrade, walked with nobody to ask: on a clean mesh to its end, on one with a fault as far as its group. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { preflightGroups } from '../../src/diagnosis/preflight/model.ts';
import { type Mesh, startMesh, stepsOf, textOf } from './mesh.ts';

let mesh: Mesh;
beforeAll(async () => {
  mesh = await startMesh('stable-2.13.7', { ha: true });
}, 240_000);
afterAll(() => mesh.stop());

it('comes to its end on a clean mesh, has looked at every group, and has asked every webhook', async () => {
  const ran = await mesh.walk('preflight', { parameters: { TO: 'stable-2.14.10' } });
  const looks = ran.filter(({ role }) => role === 'preflight');
  expect(looks).toHaveLength(Object.keys(preflightGroups).length);
  for (const { out } of looks) expect(out).toMatch(/Preflight: .*\d+ (passed|warning|not seen)/);
  expect(textOf(ran)).toMatch(/port 8443: \d s: linkerd-init linkerd-proxy nothing/);
  expect(textOf(ran)).toMatch(/port 9443: \d s: server/);
  // Nothing of what was asked with is left.
  expect(await mesh.sh('kubectl --namespace default get pods,servers,serviceprofiles --output name')).toBe(
    '',
  );
}, 240_000);

it('without a target it looks at what runs', async () => {
  const ran = await mesh.walk('preflight', {
    parameters: { TO: '' },
    only: ['Versions', 'The control plane'],
  });
  expect(stepsOf(ran)).toEqual(['Versions', 'The control plane']);
}, 240_000);

it('stops at the group in which something fails, with the object and the field', async () => {
  await mesh.sh('kubectl label namespace shop pod-security.kubernetes.io/enforce=baseline >/dev/null');
  await expect(
    mesh.walk('preflight', { parameters: { TO: 'stable-2.14.10' }, only: ['Nodes', 'The network'] }),
  ).rejects.toThrow(/shop enforces a level of pod security.*Namespace shop metadata\.labels/s);
  await mesh.sh('kubectl label namespace shop pod-security.kubernetes.io/enforce- >/dev/null');
}, 240_000);

it('a webhook that nobody answers is found by asking it', async () => {
  await mesh.sh(
    'kubectl --namespace linkerd scale deployment/linkerd-proxy-injector --replicas=0 >/dev/null',
  );
  await mesh.sh(
    'kubectl --namespace linkerd wait --for=delete pod --selector linkerd.io/control-plane-component=proxy-injector --timeout=30s >/dev/null',
  );
  await expect(
    mesh.walk('preflight', { parameters: { TO: 'stable-2.14.10' }, only: ['The network'] }),
  ).rejects.toThrow(/proxy injector, port 8443.*failed calling webhook/s);
}, 240_000);
