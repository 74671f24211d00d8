/** `handrail check` through the real program on the practice cluster: on screen, line by line, as JSON; with the tool and without. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { entry, handrail, temporaryHome } from '../helpers/handrail.ts';
import { launch, type PtyProgram } from '../helpers/pty.ts';

const home = temporaryHome();
const { env } = home;
const kubeconfig = join(home.folder, 'state/handrail/practice/kubeconfig');
const exec = promisify(execFile);
const kubectl = (...args: string[]) =>
  exec('kubectl', ['-n', 'linkerd', ...args], { env: { ...env, KUBECONFIG: kubeconfig } });
let t: PtyProgram | undefined;

beforeAll(async () => {
  const up = await handrail(['practice', 'up', '--speed', '50'], { env });
  expect(up.code, up.stderr).toBe(0);
});
afterEach(() => t?.kill('SIGKILL'));
afterAll(async () => {
  await handrail(['practice', 'down'], { env });
  home.remove();
});

const open = (...args: string[]): PtyProgram => {
  t = launch(process.execPath, [entry, 'check', '--practice', ...args], {
    cols: 80,
    rows: 24,
    env,
    cwd: home.folder,
  });
  return t;
};

test('on screen: it looks, it fails with the reason, and passes when it is mended', async () => {
  await kubectl('scale', 'deploy/linkerd-identity', '--replicas=0');
  await kubectl('wait', '--for=delete', 'pod', '-l', 'linkerd.io/control-plane-component=identity');
  const screen = open('--expected-version', 'stable-2.13.7', '--wait', '3s');
  await screen.waitFor('linkerd check looks ...', 20_000);
  await screen.waitFor('This step failed', 30_000);
  const failed = screen.text();
  expect(failed).toMatch(/✖ linkerd-existence .*1 failed/);
  expect(failed).toContain('✖ control plane pods are ready');
  expect(failed).toContain('No running pods for "linkerd-identity"');
  await kubectl('scale', 'deploy/linkerd-identity', '--replicas=1');
  await kubectl('rollout', 'status', 'deploy/linkerd-identity', '--timeout=30s');
  await screen.press('r');
  await screen.waitFor(/linkerd check: \d+ passed\./, 30_000);
  expect(screen.text()).toMatch(/✔ .*linkerd-identity/);
  await screen.press('Enter');
  await screen.waitFor('The runbook is complete');
  await screen.press('q');
  expect(await screen.exit).toEqual({ code: 0, signal: undefined });
  screen.checkInvariants();
}, 90_000);

test('on screen, without the tool: a category is opened and closed', async () => {
  const screen = open('--own');
  await screen.waitFor("Handrail's own checks:", 30_000);
  expect(screen.text()).not.toContain('trust anchors are within');
  // One row at a time: each is on screen before the next key.
  for (let row = 1; !/▸ .*linkerd-identity/.test(screen.text()); row += 1) {
    expect(row, screen.text()).toBeLessThan(20);
    const before = screen.text();
    await screen.press('Down');
    await screen.waitFor(() => screen.text() !== before);
  }
  await screen.press('Right');
  await screen.waitFor('trust anchors are within their validity period');
  await screen.press('Left');
  await screen.waitFor((rows) => !rows.some((row) => row.includes('trust anchors are within')));
}, 60_000);

test('line by line: each category in which something is to be said, and what came of it', async () => {
  const args = ['check', '--practice', '--plain', '--expected-version', 'stable-2.14.10'];
  const ran = await handrail(args, { env });
  expect(ran.stdout).toContain('Running linkerd check --expected-version');
  expect(ran.stdout).toMatch(/linkerd-control-plane-proxy \(1 warning, 2 passed\): warning: control plane/);
  expect(ran.stdout).toMatch(/linkerd check: \d warnings, \d+ passed\. Clean: kubernetes-api 2,/);
  expect(ran.stdout).not.toContain('"categoryName"');
  expect(ran.code, ran.stderr).toBe(0);
});

test('as JSON: one document; a failure ends with 5', async () => {
  const good = await handrail(['check', '--practice', '--proxy', '--own', '-o', 'json'], { env });
  expect(good.code, good.stderr).toBe(0);
  expect(JSON.parse(good.stdout)).toMatchObject({
    cluster: 'practice',
    success: true,
    by: 'handrail',
    counts: { failed: 0, warnings: 0, unseen: 0, expected: 0 },
  });
  const bad = await handrail(['check', '--practice', '-n', 'nowhere', '-o', 'json'], { env });
  expect(bad.code).toBe(5);
  expect(JSON.parse(bad.stdout)).toMatchObject({
    success: false,
    by: 'linkerd',
    remarks: [expect.stringContaining('may have stopped at “data plane namespace exists”')],
  });
});

test('what makes no sense is refused before anything is asked', async () => {
  const refused = await handrail(['check', '--practice', '--pre', '--proxy', '--plain'], { env });
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toContain('There are no proxies before an installation.');
  expect((await handrail(['check', '--practice', '--wait', 'soon'], { env })).code).toBe(2);
});
