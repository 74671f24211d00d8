/** On clean clusters nothing fails, whatever their release; what is planted on one does, by the program as an operator runs it. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collectForPreflight } from '../../src/cluster/evidence/operator.ts';
import { openClusterApi } from '../../src/cluster/open-api.ts';
import type { PreflightResult } from '../../src/diagnosis/preflight/model.ts';
import { preflight } from '../../src/diagnosis/preflight/run.ts';
import { readSnapshot, writeSnapshot } from '../../src/diagnosis/read-snapshot.ts';
import type { Snapshot } from '../../src/diagnosis/snapshot.ts';
import { lines } from '../../src/linkerd/lines.ts';
import { lineOf } from '../../src/linkerd/version-order.ts';
import { type Practice, startPractice } from '../../src/practice/start-practice.ts';
import { handrail, temporaryHome } from '../helpers/handrail.ts';

/** Tools that fit, as a prepared operator has them. */
const tools = (version: string, kubernetes: string) =>
  Promise.resolve({
    linkerdCli: { state: 'read', value: version },
    kubectlCli: { state: 'read', value: kubernetes },
    helmCli: { state: 'read', value: 'v4.1.4' },
  } as const);

async function collected(practice: Practice, kubeconfig: string, version: string): Promise<Snapshot> {
  const api = openClusterApi(kubeconfig, {});
  try {
    const server = await api.raw('/version');
    const kubernetes = server.ok ? (JSON.parse(server.value) as { gitVersion: string }).gitVersion : '';
    return await collectForPreflight(
      api,
      { kubeconfig, env: {} },
      {
        cluster: { name: 'practice', server: practice.url, uid: 'uid', practice: true },
        tools: tools(version, kubernetes),
        signal: new AbortController().signal,
      },
    );
  } finally {
    api.close();
  }
}

const of = (status: PreflightResult['status'], results: readonly PreflightResult[]) =>
  results.filter((each) => each.status === status).map(({ name }) => name);

/** What is true of every practice cluster: nobody renews its certificates, and its metrics are gone with their pod. */
const known = ['issuer', 'webhook-certificates', 'proxy-resources', 'metrics'];

const clean = [
  ...[
    'stable-2.10.2',
    'stable-2.11.5',
    'stable-2.13.7',
    'stable-2.14.10',
    'edge-24.8.2',
    'edge-25.4.4',
    'edge-25.10.7',
  ].map((mesh) => ({ mesh, helm: false })),
  ...['stable-2.11.5', 'stable-2.13.7', 'edge-25.4.4'].map((mesh) => ({ mesh, helm: true })),
];

test.each(clean)(
  'nothing fails on a clean $mesh in high availability, by Helm: $helm, also towards the next line',
  async ({ mesh, helm }) => {
    const practice = await startPractice({ mesh, ha: true, helm, speed: 200 });
    try {
      const snapshot = await collected(practice, practice.kubeconfig, mesh);
      const next = lines.find(({ line }) => line === (lineOf(mesh) ?? 0) + 1);
      for (const target of [undefined, next?.best]) {
        const results = preflight(target === undefined ? snapshot : { ...snapshot, walk: { target } });
        // Which Kubernetes the practice cluster has is a matter of its own, and of another test.
        const rest = results.filter(({ name }) => name !== 'kubernetes-version' && name !== 'way');
        const failing = rest.filter(({ status }) => status === 'fail');
        expect(failing.map(({ name, remarks }) => [name, remarks[0]?.text])).toEqual([]);
        expect(of('warn', rest).filter((name) => !known.includes(name))).toEqual([]);
        expect(of('unchecked', rest)).toEqual(['backup']);
      }
    } finally {
      await practice.stop();
    }
  },
  60_000,
);

describe('on a cluster of 2.13 without high availability', () => {
  let practice: Practice;
  const home = temporaryHome();
  const kubeconfig = join(home.folder, 'kubeconfig');
  const viewer = join(home.folder, 'viewer');
  const run = (...args: string[]) => handrail(['preflight', ...args], { env: home.env, cwd: home.folder });

  beforeAll(async () => {
    practice = await startPractice({ mesh: 'stable-2.13.7', speed: 100 });
    writeFileSync(kubeconfig, practice.kubeconfig);
    writeFileSync(viewer, practice.viewerKubeconfig);
  }, 30_000);
  afterAll(async () => {
    await practice.stop();
    home.remove();
  });

  test('the advice for production is given, with fields and values, and fails nothing', async () => {
    const { code, stdout, stderr } = await run(
      '--kubeconfig',
      kubeconfig,
      '--only',
      'availability',
      'resources',
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /Deployment linkerd\/linkerd-identity: spec\.replicas\n\s+= 1 \(expected: 3 or more\)/,
    );
    expect(stdout).not.toContain('Backups');
  });

  test('who may only look is told which steps he may not do', async () => {
    const { code, stdout } = await run(
      '--kubeconfig',
      viewer,
      '--only',
      'permissions',
      'certificates',
      '-o',
      'json',
    );
    expect(code).toBe(1);
    const { checks } = JSON.parse(stdout) as { checks: readonly PreflightResult[] };
    const [permissions] = checks.filter(({ name }) => name === 'permissions');
    expect(permissions?.remarks.map(({ text }) => text)).toContain('You may not restart meshed workloads.');
    expect(permissions?.remarks.map(({ text }) => text)).not.toContain('You may not look at the mesh.');
    expect(checks.find(({ name }) => name === 'issuer')).toMatchObject({
      status: 'unchecked',
      remarks: [{ text: 'It needs the permission to list secrets in all namespaces.' }],
    });
  });

  test('what is planted fails, and a saved snapshot says the same elsewhere', async () => {
    await practice.client.patch({ apiVersion: 'v1', resource: 'namespaces' }, 'shop', 'merge', {
      metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    });
    const file = join(home.folder, 'evidence.json');
    const live = await run('--kubeconfig', kubeconfig, '--save', file, '-o', 'json', '--to', '2.14');
    expect(live.code).toBe(1);
    const failing = (stdout: string) =>
      of('fail', (JSON.parse(stdout) as { checks: readonly PreflightResult[] }).checks);
    // Of this test's own PATH nothing is known.
    const ofCluster = (names: readonly string[]) =>
      names.filter((name) => !['kubectl', 'linkerd-tool'].includes(name));
    expect(ofCluster(failing(live.stdout))).toEqual(['redirection']);
    expect(existsSync(file)).toBe(true);
    const saved = await run('--snapshot', file, '-o', 'json', '--to', '2.14');
    expect({ ...JSON.parse(saved.stdout), tookMs: 0 }).toEqual({ ...JSON.parse(live.stdout), tookMs: 0 });
    const markdown = await run('--snapshot', file, '-o', 'markdown', '--to', '2.14');
    expect(markdown.stdout).toMatch(/^# Preflight of [\s\S]*\*\*failed\*\*: new pods may[\s\S]*`restricted`/);
  });

  test('the shell completes groups', async () => {
    const { stdout } = await handrail(['__complete', '--', 'preflight', '--only', 'ce'], { env: home.env });
    expect(stdout).toBe('certificates\n');
  });

  test('what cannot be looked at is no answer', async () => {
    expect(await run('--only', 'certificate', '--kubeconfig', kubeconfig)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--only certificates'),
    });
    expect(await run('--to', '1.0', '--kubeconfig', kubeconfig)).toMatchObject({ code: 2 });
    expect(await run('--snapshot', 'nowhere.json')).toMatchObject({ code: 2 });
  });
});

test('a snapshot keeps what was asked besides, and nothing that is no answer', async () => {
  const practice = await startPractice({ mesh: 'stable-2.14.10', speed: 200 });
  try {
    const snapshot = await collected(practice, practice.kubeconfig, 'stable-2.14.10');
    const reading = readSnapshot(writeSnapshot(snapshot));
    expect(reading).toMatchObject({ ok: true, snapshot: { operator: snapshot.operator } });
    const broken = readSnapshot(
      JSON.stringify({ ...snapshot, operator: { access: 'all', clock: { state: 'read', value: {} } } }),
    );
    expect(broken).toMatchObject({
      snapshot: { operator: { access: { state: 'unread' }, clock: { state: 'unread' } } },
    });
  } finally {
    await practice.stop();
  }
}, 30_000);
