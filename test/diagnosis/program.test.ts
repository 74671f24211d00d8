/** `handrail diagnose` and `handrail explain` as they are run: exit codes, forms, files, suppressions, and how long it takes. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Practice, startPractice } from '../../src/practice/start-practice.ts';
import { handrail, temporaryHome } from '../helpers/handrail.ts';
import { snapshotOf } from '../helpers/snapshot.ts';

const home = temporaryHome();
const kubeconfig = join(home.folder, 'kubeconfig');
const viewer = join(home.folder, 'viewer');
let practice: Practice;
const run = (...args: string[]) => handrail(args, { env: home.env, cwd: home.folder });
const diagnose = (...args: string[]) => run('diagnose', '--kubeconfig', kubeconfig, ...args);
const crds = { apiVersion: 'apiextensions.k8s.io/v1', resource: 'customresourcedefinitions' };
const crd = 'crd-missing@CustomResourceDefinition/servers.policy.linkerd.io';

beforeAll(async () => {
  practice = await startPractice({ mesh: 'stable-2.14.10', speed: 100 });
  writeFileSync(kubeconfig, practice.kubeconfig);
  writeFileSync(viewer, practice.viewerKubeconfig);
}, 30_000);
afterAll(async () => {
  await practice.stop();
  home.remove();
});

describe('on a healthy cluster', () => {
  test('it ends with 0, and says how much was looked for', async () => {
    const { code, stdout, stderr } = await diagnose();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/Looked for \d+ kinds of findings in \d+\.\d s, and found nothing/);
  });

  test('somebody who may not see Secrets is told what was not looked for', async () => {
    const { code, stdout } = await run('diagnose', '--kubeconfig', viewer);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /\d+ kinds? not looked for without secrets: It needs the permission to list secrets/,
    );
  });

  test('it takes little more than a survey, which reads a fraction: all is asked for at once', async () => {
    const timed = async (act: () => Promise<unknown>) => {
      const begun = performance.now();
      await act();
      return performance.now() - begun;
    };
    const [surveys, diagnoses]: [number[], number[]] = [[], []];
    for (let at = 0; at < 3; at++) {
      surveys.push(await timed(() => run('survey', '--kubeconfig', kubeconfig)));
      diagnoses.push(await timed(() => diagnose()));
    }
    expect(Math.min(...diagnoses)).toBeLessThan(4 * Math.min(...surveys));
  }, 60_000);
});

describe('on a cluster without a definition that the mesh needs', () => {
  beforeAll(() => practice.client.delete(crds, 'servers.policy.linkerd.io'));

  test('it ends with 1, and names pitfall, evidence and the command to copy', async () => {
    const { code, stdout } = await diagnose();
    expect(code).toBe(1);
    expect(stdout).toContain('servers.policy.linkerd.io');
    expect(stdout).toContain(`handrail run pitfalls/crd-mismatch --kubeconfig ${kubeconfig}`);
    expect(stdout).not.toContain('\u001b');
  });

  test('each form is what it says', async () => {
    const [json, sarif, markdown] = await Promise.all([
      diagnose('-o', 'json'),
      diagnose('-o', 'sarif'),
      diagnose('-o', 'markdown'),
    ]);
    expect([json.code, sarif.code, markdown.code]).toEqual([1, 1, 1]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      kind: 'handrail/diagnosis',
      pitfalls: [{ name: 'pitfalls/crd-mismatch' }],
    });
    expect(JSON.parse(sarif.stdout).runs[0].results[0].ruleId).toBe('crd-missing');
    expect(markdown.stdout).toMatch(/^# Diagnosis of /);
  });

  test('what is saved is diagnosed elsewhere with the same findings', async () => {
    const file = join(home.folder, 'evidence.json');
    const fingerprints = (stdout: string) =>
      JSON.parse(stdout).findings.map(({ fingerprint }: { fingerprint: string }) => fingerprint);
    const live = await diagnose('-o', 'json', '--save', file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const saved = await run('diagnose', '--from', file, '-o', 'json');
    expect(saved.code).toBe(1);
    // It must not meet whatever cluster happens to be the current one.
    expect(JSON.parse(saved.stdout).pitfalls[0].walk).toContain('--practice');
    expect(fingerprints(saved.stdout)).toEqual(fingerprints(live.stdout));
    const again = await diagnose('--save', file);
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('is there already') });
    expect((await diagnose('--save', file, '--force')).code).toBe(1);
  });

  test('a known finding is counted, until its time is over', async () => {
    const suppressed = await diagnose('--suppress', crd, '--reason', 'on purpose', '--until', '7d');
    expect(suppressed.code, suppressed.stdout).toBe(0);
    expect(suppressed.stdout).toContain('1 finding is suppressed as known');
    const shown = await diagnose('--show-suppressed');
    expect(shown.stdout).toContain('on purpose');
    const file = join(home.folder, '.config/handrail/known-findings.json');
    const written = readFileSync(file, 'utf8');
    writeFileSync(file, written.replace(/"until": "[^"]+"/, `"until": "${new Date().toISOString()}"`));
    const expired = await diagnose();
    expect(expired.code).toBe(1);
    expect(expired.stdout.replaceAll('\n', ' ')).toContain(`${crd} was suppressed until`);
  });
});

describe('a fix whose values are long', () => {
  const policies = { apiVersion: 'networking.k8s.io/v1', resource: 'networkpolicies', namespace: 'linkerd' };
  beforeAll(() =>
    practice.client.create(policies, {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'nobody', namespace: 'linkerd' },
      spec: { podSelector: {}, policyTypes: ['Ingress'] },
    }),
  );
  const walk = (name: string, ...args: string[]) =>
    run('run', name, '--kubeconfig', kubeconfig, '--diagnosed', '--plain', '--dry-run', ...args);

  test('is walked by a short command that takes them from a diagnosis of its own', async () => {
    const command = `handrail run pitfalls/network-policy-blocks --kubeconfig ${kubeconfig} --diagnosed`;
    expect((await diagnose()).stdout).toContain(`${command}\n`);
    const { stdout } = await walk('pitfalls/network-policy-blocks', '--unattended');
    expect(stdout).toContain('"app.kubernetes.io/created-by":"handrail"');
  });

  test('is refused for what is not found, and for what is no pitfall', async () => {
    expect(await walk('pitfalls/helm-pending')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Nothing of what pitfalls/helm-pending mends is found'),
    });
    expect(await walk('linkerd/upgrade-cli')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('"linkerd/upgrade-cli" is none'),
    });
  });
});

describe('where it cannot look', () => {
  beforeAll(() => {
    const unread = { state: 'unread', why: 'denied', message: 'no' };
    const nothing = snapshotOf([]);
    const objects = Object.fromEntries(Object.keys(nothing.objects).map((part) => [part, unread]));
    writeFileSync(join(home.folder, 'empty.json'), JSON.stringify({ ...nothing, objects }));
  });
  test.each([
    ['a kubeconfig that is not there', ['--kubeconfig', 'nowhere'], 'cannot be read'],
    ['a file that is not there', ['--from', 'none.json'], 'it does not exist'],
    ['a file that is none', ['--from', 'kubeconfig'], 'is no JSON'],
    ['a file in which nothing was read', ['--from', 'empty.json'], 'Nothing of the cluster could be read'],
    ['an option that is none', ['--severity', 'bad'], '--severity'],
    ['a version that is none', ['--target', 'latest'], 'is no version of Linkerd'],
    ['a suppression without a reason', ['--suppress', 'crd-missing'], 'why and until when'],
    [
      'a finding that is none',
      ['--suppress', 'crd-mising', '--reason', 'x', '--until', '1d'],
      'Did you mean: crd-missing',
    ],
  ])('%s: it ends with 2', async (_, args, said) => {
    const { code, stdout, stderr } = await run('diagnose', ...args);
    expect(code, stderr).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(said);
  });
});

describe('explain', () => {
  test('lists what there is, and prints the page of a finding or a pitfall as it is written', async () => {
    const list = await run('explain');
    expect(list.code).toBe(0);
    expect(list.stdout).toMatch(/^crd-missing +blocker +/m);
    expect((await run('explain', 'crd-missing')).stdout).toMatch(/^# crd-missing\n/);
    for (const name of ['pitfalls/crd-mismatch', 'crd-mismatch', 'pitfalls/crd-mismatch.md']) {
      expect((await run('explain', name)).stdout).toContain('# The CRDs do not match the control plane');
    }
  });

  test('a name of nothing gets a suggestion', async () => {
    const { code, stderr } = await run('explain', 'crd-mising');
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean: handrail explain crd-missing');
    expect((await run('explain', '../../package')).code).toBe(2);
    expect(existsSync(join(home.folder, 'package'))).toBe(false);
  });
});
