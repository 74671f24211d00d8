import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCheckOutput } from '../../src/linkerd/check-output.ts';
import { practiceWithKubectl } from './helpers.ts';

const FROM = 'stable-2.13.7';
const TO = 'stable-2.14.10';
let cluster: Awaited<ReturnType<typeof practiceWithKubectl>>;
beforeAll(async () => {
  cluster = await practiceWithKubectl({ mesh: FROM });
}, 60_000);
afterAll(() => cluster.stop());

const failures = (stdout: string) =>
  parseCheckOutput(stdout).checks.filter(({ result }) => result === 'error');
const warnings = (stdout: string) =>
  parseCheckOutput(stdout).checks.filter(({ result }) => result === 'warning');

describe('an upgrade from 2.13 to 2.14 with the stand-in and kubectl', () => {
  it('begins with a mesh that is well', async () => {
    expect((await cluster.linkerd(FROM, ['version'])).out).toBe(
      `Client version: ${FROM}\nServer version: ${FROM}\n`,
    );
    for (const extra of [[], ['--proxy']]) {
      const checked = await cluster.linkerd(FROM, [
        'check',
        '-o',
        'json',
        '--wait',
        '30s',
        '--expected-version',
        FROM,
        ...extra,
      ]);
      expect(failures(checked.out)).toEqual([]);
      expect(warnings(checked.out)).toEqual([]);
      expect(checked.code).toBe(0);
    }
  }, 60_000);

  it('warns offline, and does not fail', async () => {
    const checked = await cluster.linkerd(FROM, ['check', '-o', 'json', '--wait', '0']);
    expect(checked.code).toBe(0);
    expect(warnings(checked.out).map(({ description }) => description)).toEqual(
      expect.arrayContaining([
        'can determine the latest version',
        'cli is up-to-date',
        'control plane is up-to-date',
        'control plane proxies are up-to-date',
      ]),
    );
  }, 60_000);

  it('is refused before the new CRDs are there, and renders nothing', async () => {
    const refused = await cluster.linkerd(TO, ['upgrade']);
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toBe(
      'Linkerd CRDs must be installed first. Run linkerd upgrade with the --crds flag:\n' +
        'CRD httproutes.policy.linkerd.io is missing version v1beta3, missing httproutes.gateway.networking.k8s.io\n',
    );
    const crds = await cluster.linkerd(TO, ['check', '--crds', '--wait', '0']);
    expect(crds.code).toBe(1);
    expect(crds.out).toContain('CRD httproutes.policy.linkerd.io is missing version v1beta3');
  });

  it('applies the CRDs', async () => {
    const { out } = await cluster.linkerd(TO, ['upgrade', '--crds']);
    const diff = await cluster.kubectl(['diff', '-f', '-'], out);
    expect(diff.code).toBe(1);
    const applied = await cluster.kubectl(['apply', '-f', '-'], out);
    expect(applied.err).toBe('');
    expect(applied.code).toBe(0);
    expect((await cluster.linkerd(TO, ['check', '--crds', '--wait', '10s'])).code).toBe(0);
  }, 60_000);

  it('previews the control plane without showing a key', async () => {
    const { out } = await cluster.linkerd(TO, ['upgrade']);
    expect(out).toContain('linkerd-identity-issuer');
    const diff = await cluster.kubectl(['diff', '-f', '-'], out);
    expect(diff.code).toBe(1);
    expect(diff.out).toContain(`cr.l5d.io/linkerd/proxy:${TO}`);
    expect(diff.out).not.toContain('PRIVATE KEY');
    expect(diff.out).not.toMatch(/tls\.key: [A-Za-z0-9+/]{40}/);
  }, 60_000);

  it('applies the control plane, keeps the identity, and comes up', async () => {
    const issuer = () =>
      cluster.kubectl([
        '-n',
        'linkerd',
        'get',
        'secret',
        'linkerd-identity-issuer',
        '-o',
        'jsonpath={.data}',
      ]);
    const before = (await issuer()).out;
    const { out } = await cluster.linkerd(TO, ['upgrade']);
    const applied = await cluster.kubectl(['apply', '-f', '-'], out);
    expect(applied.err).toBe('');
    expect(applied.code).toBe(0);
    expect((await issuer()).out).toBe(before);
    for (const name of ['linkerd-identity', 'linkerd-destination', 'linkerd-proxy-injector']) {
      const rollout = await cluster.kubectl([
        '-n',
        'linkerd',
        'rollout',
        'status',
        `deployment/${name}`,
        '--timeout=60s',
      ]);
      expect(rollout.code).toBe(0);
    }
    const checked = await cluster.linkerd(TO, [
      'check',
      '-o',
      'json',
      '--wait',
      '30s',
      '--expected-version',
      TO,
    ]);
    expect(failures(checked.out)).toEqual([]);
    expect(checked.code).toBe(0);
  }, 120_000);

  it('prunes nothing, and lists what the proxies are', async () => {
    expect(await cluster.linkerd(TO, ['prune'])).toMatchObject({ code: 0, out: '' });
    const { out } = await cluster.linkerd(TO, ['version', '--proxy']);
    expect(out).toContain(`Server version: ${TO}`);
    expect(out).toMatch(new RegExp(`\\t${FROM} \\(\\d+ pods\\)`));
    expect(out).toMatch(new RegExp(`\\t${TO} \\(\\d+ pods\\)`));
    const behind = await cluster.linkerd(TO, [
      'check',
      '--proxy',
      '-o',
      'json',
      '--wait',
      '0',
      '--expected-version',
      TO,
    ]);
    expect(behind.code).toBe(0);
    expect(warnings(behind.out).map(({ description }) => description)).toContain('data plane is up-to-date');
  }, 60_000);

  it('lists what an older release left behind', async () => {
    const left = await cluster.kubectl(
      ['apply', '-f', '-'],
      'apiVersion: v1\nkind: Service\nmetadata:\n  name: linkerd-old\n  namespace: linkerd\n  labels: {linkerd.io/control-plane-ns: linkerd}\nspec: {ports: [{port: 1}]}\n',
    );
    expect(left.code).toBe(0);
    const pruned = await cluster.linkerd(TO, ['prune']);
    expect(pruned.out).toContain('name: linkerd-old');
    expect(pruned.out.match(/^kind:/gm)).toHaveLength(1);
    expect((await cluster.kubectl(['delete', '-f', '-'], pruned.out)).code).toBe(0);
  }, 60_000);
});
