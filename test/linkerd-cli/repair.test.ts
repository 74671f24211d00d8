import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { KubeObject, ResourceRef } from '../../src/practice/kube-client.ts';
import { practiceWithKubectl } from './helpers.ts';

const RUNNING = 'stable-2.11.5';
const NAME = 'linkerd-config-overrides';
const secrets: ResourceRef = { apiVersion: 'v1', resource: 'secrets', namespace: 'linkerd' };

let cluster: Awaited<ReturnType<typeof practiceWithKubectl>>;
beforeAll(async () => {
  cluster = await practiceWithKubectl({ mesh: RUNNING, ha: true });
}, 60_000);
afterAll(() => cluster.stop());

const storedIn = (secret: KubeObject) =>
  parse(Buffer.from(secret.data[NAME], 'base64').toString()) as Record<string, unknown>;

describe('linkerd repair', () => {
  it('has nothing to do where the stored overrides are', async () => {
    const outcome = await cluster.linkerd(RUNNING, ['repair']);
    expect(outcome).toMatchObject({ code: 1, out: '' });
    expect(outcome.err).toContain(`secret/${NAME} already exists.`);
  });

  it('makes them again with the tool of the control plane, and with no other; the upgrade goes on from them', async () => {
    const { client } = cluster.practice;
    const lost = storedIn((await client.get(secrets, NAME))!);
    await client.delete(secrets, NAME);

    const refused = await cluster.linkerd('stable-2.10.2', ['repair']);
    expect(refused.err).toContain('a CLI that has the same version as the control plane');
    expect(refused.err).toContain(`LINKERD2_VERSION="${RUNNING}"`);

    const { out, code } = await cluster.linkerd(RUNNING, ['repair']);
    expect(code).toBe(0);
    const made = parse(out) as KubeObject;
    expect(made.metadata.labels).toEqual({ 'linkerd.io/control-plane-ns': 'linkerd' });
    expect(storedIn(made)).toMatchObject({
      controllerReplicas: 3,
      webhookFailurePolicy: 'Fail',
      identityTrustAnchorsPEM: lost.identityTrustAnchorsPEM,
      identity: { issuer: { tls: (lost as { identity: { issuer: { tls: object } } }).identity.issuer.tls } },
    });
    expect(storedIn(made)).not.toHaveProperty('linkerdVersion');
    await client.create(secrets, made);
    expect(await cluster.linkerd(RUNNING, ['upgrade'])).toMatchObject({ code: 0 });
  });
});

describe('early 2.9', () => {
  it('loses its stored overrides to a prune, and 2.9.4 makes them again with the label', async () => {
    const early = await practiceWithKubectl({ mesh: 'stable-2.9.2' });
    try {
      const { client } = early.practice;
      const stored = (await client.get(secrets, NAME))!;
      expect(stored.metadata.labels ?? {}).not.toHaveProperty('linkerd.io/control-plane-ns');
      await client.delete(secrets, NAME);

      expect((await early.linkerd('stable-2.9.2', ['repair'])).err).toContain('unknown command "repair"');
      const other = await early.linkerd('stable-2.9.5', ['repair']);
      expect(other.err).toContain('Please run the repair command with a `stable-2.9.4` CLI.');
      const { out, code } = await early.linkerd('stable-2.9.4', ['repair']);
      expect(code).toBe(0);
      const made = parse(out) as KubeObject;
      expect(made.metadata.labels).toEqual({ 'linkerd.io/control-plane-ns': 'linkerd' });
      // The old registry is that of the old release, and no wish that would be kept.
      expect(JSON.stringify(storedIn(made))).not.toContain('ghcr.io');
      await client.create(secrets, made);
      const next = await early.linkerd('stable-2.9.4', ['upgrade']);
      expect(next.code).toBe(0);
      expect(next.out).toContain('cr.l5d.io/linkerd/proxy:stable-2.9.4');
      expect(next.out).not.toContain('ghcr.io');
    } finally {
      await early.stop();
    }
  }, 60_000);
});
