/** `handrail survey` as an operator runs it, on a practice cluster over HTTP, against what kubectl says of the same cluster. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Practice } from '../../src/practice/start-practice.ts';
import { entry, handrail, temporaryHome } from '../helpers/handrail.ts';
import { createTools, type Tools } from '../helpers/kubectl.ts';
import { launch } from '../helpers/pty.ts';
import { startMessyCluster } from './messy-cluster.ts';

const home = temporaryHome();
let practice: Practice;
let tools: Tools;
beforeAll(async () => {
  practice = await startMessyCluster();
  tools = await createTools(practice.kubeconfig);
}, 60_000);
afterAll(async () => {
  await tools?.dispose();
  await practice?.stop();
  home.remove();
});

const survey = (...args: string[]) =>
  handrail(['survey', '--kubeconfig', tools.kubeconfig, ...args], { env: home.env });

/** What the answers of kubectl come to, by rules of the test's own: labels for owners, no code of the program. */
async function counted() {
  const read = async (what: string) => JSON.parse((await tools.kubectl(what)).stdout).items;
  const pods = await read('get pods -A -o json');
  const injected = new Set(
    (await read('get namespaces -o json'))
      // biome-ignore lint/suspicious/noExplicitAny: what kubectl prints
      .filter(({ metadata }: any) => metadata.annotations?.['linkerd.io/inject'] === 'enabled')
      // biome-ignore lint/suspicious/noExplicitAny: what kubectl prints
      .map(({ metadata }: any) => metadata.name),
  );
  const rows: Record<string, number> = {};
  const counts = { pods: 0, meshed: 0, unmeshed: 0, bare: 0, completed: 0 };
  for (const { metadata, status } of pods) {
    const proxy = metadata.labels?.['linkerd.io/control-plane-ns'] !== undefined;
    if (status.phase === 'Succeeded' || status.phase === 'Failed') {
      if (proxy) counts.completed += 1;
      continue;
    }
    counts.pods += 1;
    if (!proxy) {
      if (injected.has(metadata.namespace)) counts.unmeshed += 1;
      continue;
    }
    counts.meshed += 1;
    const [owner] = metadata.ownerReferences ?? [];
    if (owner === undefined) {
      counts.bare += 1;
      continue;
    }
    const name = owner.kind === 'ReplicaSet' ? owner.name.replace(/-[^-]+$/, '') : owner.name;
    const key = `${metadata.namespace}/${name} ${metadata.annotations['linkerd.io/proxy-version']}`;
    rows[key] = (rows[key] ?? 0) + 1;
  }
  return { rows, counts };
}

test('the numbers are those of kubectl', async () => {
  const [{ rows, counts }, { stdout, code }] = await Promise.all([counted(), survey('-o', 'json')]);
  const seen = JSON.parse(stdout);
  expect(code).toBe(0);
  expect(
    Object.fromEntries(
      seen.workloads.map((row: Record<string, string | number>) => [
        `${row.namespace}/${row.name} ${row.version}`,
        row.pods,
      ]),
    ),
  ).toEqual(rows);
  expect({
    pods: seen.totals.pods,
    meshed: seen.totals.meshed,
    unmeshed: seen.totals.unmeshed,
    bare: seen.barePods.length,
    completed: seen.completed,
  }).toEqual(counts);
  // The cluster is as messy as it was made, so none of these numbers is an empty promise.
  expect(counts).toMatchObject({ unmeshed: 1, bare: 1, completed: 1 });
  expect(seen.controlPlanes).toMatchObject([{ version: 'stable-2.13.7', running: [{ pods: 3 }] }]);
  expect(seen.findings.map(({ code }: { code: string }) => code)).toEqual([
    'proxies-ahead',
    'proxies-old',
    'other-trust-root',
    'proxies-behind',
    'unmeshed',
    'pinned',
    'bare-pods',
    'completed',
  ]);
});

describe('the table', () => {
  test('has a line for each workload and version, and ends with what to do', async () => {
    const { stdout, stderr, code } = await survey();
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).not.toContain('\x1b');
    const line = (start: string) => stdout.split('\n').find((each) => each.startsWith(start));
    expect(line('Control plane')).toBe(
      'Control plane  stable-2.13.7 in linkerd, by ConfigMap linkerd/linkerd-config',
    );
    expect(line('stable-2.11.5')).toMatch(/█ +3 +1 {2}✖ too old$/);
    const words = (start: RegExp) =>
      stdout
        .split('\n')
        .filter((each) => start.test(each))
        .map((each) => each.trim().replace(/ {2,}/g, ' | '));
    expect(words(/^shop +deploy\/cart/)).toEqual([
      'shop | deploy/cart | 1 | stable-2.13.7 | ✔ current',
      'shop | deploy/cart | 1 | stable-2.14.10 | ✖ ahead',
    ]);
    expect(words(/^shop +deploy\/web/)).toEqual([
      'shop | deploy/web | 2 | stable-2.12.6 | ▲ behind | pinned to stable-2.12.6',
    ]);
    expect(words(/^shop +pod\/debug-shell/)).toEqual([
      'shop | pod/debug-shell | 1 | stable-2.13.7 | ✔ current | no owner',
    ]);
    expect(words(/^legacy/)).toEqual(['legacy | deploy/reports | 1 | - | ▲ no proxy']);
    expect(words(/^billing/)).toEqual([
      'billing | deploy/invoices | 2 | stable-2.13.7 | ✔ current | other trust root: 1 pod',
    ]);
    expect(words(/^linkerd-viz +deploy\/tap /)[0]).toContain('extension viz');
    expect(stdout.indexOf('more than one Linkerd version')).toBeGreaterThan(stdout.indexOf('legacy'));
    expect(stdout).toContain('1 pod with a proxy is over and is not counted');
  });

  test('--behind keeps what a restart brings up to date', async () => {
    const { stdout } = await survey('--behind', '-o', 'csv');
    expect(
      stdout
        .trim()
        .split('\r\n')
        .slice(1)
        .map((row) => row.split(',').slice(0, 3).join(' ')),
    ).toEqual(['shop Deployment api', 'shop Deployment web']);
  });

  test('in a terminal of 60 columns no line is wider', async () => {
    const args = [entry, 'survey', '--kubeconfig', tools.kubeconfig];
    const terminal = await launch(process.execPath, args, { cols: 60, rows: 100, env: home.env });
    expect(await terminal.exit).toMatchObject({ code: 0 });
    const rows = terminal.history();
    const table = rows.findIndex((row) => row.startsWith('NAMESPACE'));
    expect(rows[table]).toMatch(/^NAMESPACE +WORKLOAD +PODS +PROXY +SKEW$/);
    // A line that had been too wide would go on in the next row, without a namespace at its beginning.
    expect(
      rows.slice(table + 1, rows.indexOf('', table)).every((row) => /^[a-z-]+(…[a-z-]+)? +\S+/.test(row)),
    ).toBe(true);
    expect(rows.join('\n')).toMatch(/deploy\S*…\S+ /);
  });
});

test('the tree has versions below the workloads that have several', async () => {
  const { stdout } = await survey('-n', 'shop', '-o', 'tree');
  expect(stdout.slice(stdout.indexOf('shop  '), stdout.indexOf('✖ Proxies')).trimEnd()).toBe(
    [
      'shop  10 pods, 5 behind',
      '├─ deploy/api         3  stable-2.11.5  ✖ too old',
      '├─ deploy/cart',
      '│  ├─                 1  stable-2.13.7  ✔ current',
      '│  └─                 1  stable-2.14.10  ✖ ahead',
      '├─ deploy/web         2  stable-2.12.6  ▲ behind  pinned to stable-2.12.6',
      '├─ sts/orders-db      2  stable-2.13.7  ✔ current',
      '└─ pod/debug-shell    1  stable-2.13.7  ✔ current  no owner',
    ].join('\n'),
  );
});

test('--ascii and a locale without UTF-8 give nothing but ASCII', async () => {
  for (const args of [['--ascii'], ['-o', 'tree', '--ascii']]) {
    expect((await survey(...args)).stdout).toMatch(/^[\n\x20-\x7e]+$/);
  }
});

test('CSV is what a spreadsheet reads', async () => {
  const { stdout } = await survey('-o', 'csv');
  const [head, ...rows] = stdout.split('\r\n');
  expect(head).toBe(
    'namespace,kind,name,role,extension,control_plane_namespace,proxy_version,skew,pods,pods_with_other_trust_root,pinned_to',
  );
  expect(rows.pop()).toBe('');
  expect(rows).toContain('shop,Deployment,web,data-plane,,linkerd,stable-2.12.6,supported,2,0,stable-2.12.6');
  expect(rows).toContain('legacy,Deployment,reports,data-plane,,,,unmeshed,1,0,');
});

describe('what cannot be looked at', () => {
  test('a namespace that is not there is a mistake of the command line', async () => {
    const { code, stdout, stderr } = await survey('-n', 'shop', '-n', 'shpo');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('There is no namespace shpo.');
  });

  test('a cluster that does not answer', async () => {
    const file = join(home.folder, 'gone');
    writeFileSync(file, practice.kubeconfig.replace(/127\.0\.0\.1:\d+/, '127.0.0.1:1'));
    const { code, stdout, stderr } = await handrail(['survey', '--kubeconfig', file, '-o', 'json'], {
      env: home.env,
    });
    expect([code, stdout]).toEqual([4, '']);
    expect(stderr).toContain('127.0.0.1:1');
  });

  test('an unknown form', async () => {
    expect((await survey('-o', 'yaml')).code).toBe(2);
  });
});
