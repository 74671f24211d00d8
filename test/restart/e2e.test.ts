/** `handrail restart` through the real program: the practice mesh's control plane is upgraded, and its proxies follow in waves. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JournalEntry, SessionEvent } from '../../src/state/event.ts';
import { entry, handrail, temporaryHome } from '../helpers/handrail.ts';
import { launch } from '../helpers/pty.ts';

const OLD = 'stable-2.13.7';
const NEW = 'stable-2.14.10';
const home = temporaryHome();
const practice = join(home.folder, 'state/handrail/practice');
const env = {
  ...home.env,
  KUBECONFIG: join(practice, 'kubeconfig'),
  PATH: `${practice}/bin:${home.env.PATH}`,
};
const exec = promisify(execFile);

afterAll(async () => {
  await handrail(['practice', 'down'], { env: home.env });
  home.remove();
});

async function upgradedMesh(verb: 'up' | 'reset'): Promise<void> {
  const up = await handrail(['practice', verb, '--speed', '20'], { env: home.env });
  expect(up.code, up.stderr).toBe(0);
  await exec(
    'bash',
    [
      '-euo',
      'pipefail',
      '-c',
      `linkerd-${NEW} upgrade --crds | kubectl apply -f - && linkerd-${NEW} upgrade | kubectl apply -f - &&
       kubectl -n linkerd rollout status deploy --timeout=60s`,
    ],
    { env },
  );
}

beforeAll(() => upgradedMesh('up'));

const list = async (what: string, ...more: string[]) =>
  JSON.parse((await exec('kubectl', ['get', what, '-o', 'json', ...more], { env })).stdout).items as {
    readonly kind: string;
    readonly metadata: {
      readonly namespace: string;
      readonly name: string;
      readonly generation: number;
      readonly labels: Readonly<Record<string, string>>;
      readonly annotations: Readonly<Record<string, string>>;
    };
  }[];

/** The versions of the proxies of each application, once each. */
async function proxies(): Promise<Record<string, string[]>> {
  const pods = await list(
    'pods',
    '-A',
    '-l',
    'linkerd.io/control-plane-ns,!linkerd.io/control-plane-component',
  );
  const found: Record<string, string[]> = {};
  for (const { metadata } of pods) {
    const { app } = metadata.labels;
    const version = metadata.annotations['linkerd.io/proxy-version'];
    if (app === undefined || version === undefined || metadata.namespace.startsWith('linkerd')) continue;
    found[app] = [...new Set([...(found[app] ?? []), version])];
  }
  return found;
}

const generations = async () =>
  Object.fromEntries(
    (await list('deployments,statefulsets,daemonsets', '-A')).map(({ kind, metadata }) => [
      `${kind}/${metadata.namespace}/${metadata.name}`,
      metadata.generation,
    ]),
  );

async function events(): Promise<readonly SessionEvent[]> {
  const { stdout } = await handrail(['sessions', '-o', 'json'], { env: home.env });
  const [{ id }] = JSON.parse(stdout) as [{ readonly id: string }];
  const journal = readFileSync(join(home.folder, 'state/handrail/sessions', id, 'journal.jsonl'), 'utf8');
  return journal
    .split('\n')
    .slice(0, -1)
    .map((line) => (JSON.parse(line) as JournalEntry).event);
}

const restarting = (of: readonly SessionEvent[]) =>
  of.flatMap((event) => {
    const data = event.type === 'action-noted' ? (event.data as { type?: string; id?: string }) : undefined;
    return data?.type === 'restarting' ? [data.id] : [];
  });

test('a dry run prints the plan, and changes nothing', async () => {
  const before = await generations();
  const table = await handrail(['restart', '-A', '--dry-run'], { env });
  expect(table.code, table.stderr).toBe(0);
  expect(table.stdout).toContain(
    `Restart 6 workloads, 14 pods, proxies to ${NEW} (control plane in linkerd)`,
  );
  expect(table.stdout).toMatch(/^1 +Deployment billing\/invoices +2 +stable-2\.13\.7$/m);
  expect(table.stdout).toMatch(/DaemonSet logging\/log-shipper .* node by node, 3 nodes/);
  expect(table.stdout).toMatch(/Part of the extension viz: .*\n {4}Deployment linkerd-viz\/metrics-api/);

  const json = await handrail(['restart', '-n', 'shop', '--dry-run', '-o', 'json', '--at-once', '2'], {
    env,
  });
  expect(JSON.parse(json.stdout)).toMatchObject({
    expect: NEW,
    atOnce: 2,
    waves: [
      ['Deployment/shop/cart'],
      ['StatefulSet/shop/orders-db', 'Deployment/shop/web'],
      ['Deployment/shop/api'],
    ],
  });
  expect(await generations()).toEqual(before);

  const wrong = await handrail(['restart', 'deploy/wbe', '-n', 'shop', '--dry-run'], { env });
  expect(wrong.code).toBe(4);
  expect(wrong.stderr).toContain('There is no Deployment wbe in shop.');
});

test('on screen at 80x24: the plan, one row left out, and the rest in waves', async () => {
  const t = launch(process.execPath, [entry, 'restart', '-A'], { cols: 80, rows: 24, env, cwd: home.folder });
  await t.waitFor('Restart 6 workloads, 14 pods');
  expect(t.text()).toContain('Wave 1, the canary');
  expect(t.text()).toMatch(/\[x\] shop\/cart +2 pods/);
  await t.waitFor(/▸ \[x\] billing\/invoices/);
  await t.press('Down');
  await t.waitFor(/▸ \[x\] shop\/cart/);
  await t.press('Space');
  await t.waitFor(/▸ \[ \] shop\/cart/);
  expect(t.text()).toContain('Restart 5 workloads, 12 pods, 1 left out');
  await t.press('y');
  await t.waitFor('5 of 5 workloads', 60_000);
  await t.waitFor('5 of 5 workloads restarted.', 20_000);
  expect(await proxies()).toMatchObject({
    cart: [OLD],
    web: [NEW],
    api: [NEW],
    'orders-db': [NEW],
    invoices: [NEW],
    'log-shipper': [NEW],
  });
  await t.press('Enter');
  await t.waitFor('The runbook is complete.');
  await t.press('q');
  expect((await t.exit).code).toBe(0);
  t.checkInvariants();
}, 120_000);

test('line by line, killed with -9 in the middle, resumed: each workload is restarted exactly once', async () => {
  await upgradedMesh('reset');
  const before = await generations();
  const args = [
    'restart',
    '-A',
    '--at-once',
    '2',
    '--soak',
    '1s',
    '--gate',
    'kubectl get ns linkerd',
    '--plain',
    '--unattended',
  ];
  const t = launch(process.execPath, [entry, ...args], { cols: 100, rows: 40, env, cwd: home.folder });
  await t.waitFor(() => t.raw.length > 0);
  await expect
    .poll(async () => restarting(await events().catch(() => [])).length, { timeout: 30_000 })
    .toBeGreaterThan(2);
  t.kill('SIGKILL');
  await t.exit;
  const begun = restarting(await events());
  expect(begun.length).toBeLessThan(6);

  const resumed = await handrail(['resume', '--plain', '--unattended'], { env });
  expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
  expect(resumed.stdout).toContain('6 of 6 workloads restarted.');
  expect(resumed.stdout).toContain('Running kubectl get ns linkerd ...\nEnded well: probe');
  expect(Object.values(await proxies()).flat()).not.toContain(OLD);
  const all = restarting(await events());
  expect(all).toHaveLength(6);
  expect(new Set(all).size).toBe(6);
  const after = await generations();
  expect(after).toEqual(
    Object.fromEntries(
      Object.entries(before).map(([id, count]) => [id, all.includes(id) ? count + 1 : count]),
    ),
  );
  const again = await handrail(['restart', '-A', '--plain', '--unattended'], { env });
  expect(again.code).toBe(0);
  expect(again.stdout).toContain('Nothing to restart: 6 workloads up to date at stable-2.14.10');
  const report = await handrail(['report'], { env });
  expect(report.code).toBe(0);
}, 120_000);
