/** What an upgrade changes for one cluster: the command and the action of a walk, through the built program on a practice cluster. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { handrail, temporaryHome } from '../helpers/handrail.ts';
import { createTools, type Tools } from '../helpers/kubectl.ts';

const home = temporaryHome();
const { env } = home;
const practice = join(home.folder, 'state/handrail/practice');
let tools: Tools;

/** What nobody may find again in a file. */
const key = 'hush-hush-4711';

beforeAll(async () => {
  const up = await handrail(['practice', 'up', '--mesh', 'stable-2.10.2', '--speed', '50'], { env });
  expect(up.code, up.stderr).toBe(0);
  tools = await createTools(readFileSync(join(practice, 'kubeconfig'), 'utf8'));
  await tools.kubectl('create namespace lab');
  await tools.kubectl('annotate namespace lab linkerd.io/inject=enabled');
  const pod = { metadata: { annotations: { 'linkerd.io/inject': 'ingress' } } };
  await tools.kubectl('-n lab create deployment edge --image=nginx');
  await tools.kubectl([
    '-n',
    'lab',
    'patch',
    'deploy/edge',
    '-p',
    JSON.stringify({ spec: { template: pod } }),
  ]);
  await tools.kubectl('-n lab rollout status deploy/edge');
  await tools.kubectl(['-n', 'linkerd', 'patch', 'secret', 'linkerd-config-overrides', '-p', overrides()]);
}, 120_000);

afterAll(async () => {
  await tools.dispose();
  await handrail(['practice', 'down'], { env });
  home.remove();
});

/** Settings with a key, as the CLI keeps them. */
function overrides(): string {
  const tls = `|\n        -----BEGIN EC PRIVATE KEY-----\n        ${key}\n        -----END EC PRIVATE KEY-----\n`;
  const yaml = `global:\n  controllerLogLevel: debug\nidentity:\n  issuer:\n    tls:\n      keyPEM: ${tls}password: ${key}\n`;
  return JSON.stringify({ stringData: { 'linkerd-config-overrides': yaml } });
}

interface Told {
  readonly from: string;
  readonly to: string;
  readonly notices: readonly {
    readonly id: string;
    readonly line: string;
    readonly outcome: { readonly type: string; readonly objects?: readonly { readonly subject: object }[] };
  }[];
}

const impact = (...args: string[]) => handrail(['impact', ...args], { env });
const ids = ({ notices }: Told, type: string) =>
  notices.filter(({ outcome }) => outcome.type === type).map(({ id }) => id);

describe('handrail impact', () => {
  test('names what is touched with the objects, and nothing that is not on the way', async () => {
    const { code, stdout, stderr } = await impact('--practice', '--to', '2.11', '-o', 'json');
    expect(code, stderr).toBe(1);
    const told = JSON.parse(stdout) as Told;
    expect(told).toMatchObject({
      kind: 'handrail/impact',
      version: 1,
      from: 'stable-2.10.2',
      to: 'stable-2.11.5',
    });
    expect(new Set(told.notices.map(({ line }) => line))).toEqual(new Set(['2.11']));
    const ingress = told.notices.find(({ id }) => id === '2.11-ingress-tcp');
    expect(ingress?.outcome.objects).toMatchObject([
      {
        subject: { kind: 'Deployment', namespace: 'lab', name: 'edge' },
        evidence: { path: 'metadata.annotations["linkerd.io/inject"]', value: 'ingress' },
      },
    ]);
    expect(ids(told, 'not-checked')).toEqual([]);
  });

  test('for people, line after line, and as Markdown', async () => {
    const table = await impact('--practice', '--to', '2.12', '--ascii');
    expect(table.stdout).toMatch(/The way +from stable-2\.10\.2 to stable-2\.12\.6/);
    expect(table.stdout.indexOf('\n2.11\n')).toBeLessThan(table.stdout.indexOf('\n2.12\n'));
    expect(table.stdout).toContain('Deployment lab/edge');
    // What to do about it, where it touches and where a person must know of it.
    expect(table.stdout).toContain('alerts and dashboards that name these Deployments');
    expect(table.stdout).toContain('Look for it in alerts and dashboards');
    expect(table.stdout).toMatch(/\d+ changes touch nothing here/);
    const markdown = await impact('--practice', '--to', '2.12', '-o', 'markdown');
    expect(markdown.stdout).toContain('`Deployment lab/edge`');
    expect(markdown.stdout).toContain('- [ ] **');
  });

  test('a saved file has no key, is its owner’s alone, and says the same elsewhere', async () => {
    const file = join(home.folder, 'evidence.json');
    const live = await impact('--practice', '--to', '2.12', '-o', 'json', '--save', file);
    const text = readFileSync(file, 'utf8');
    expect(text).not.toContain(key);
    expect(text).not.toContain(Buffer.from(key).toString('base64').slice(0, 16));
    expect(text).not.toContain('PRIVATE KEY');
    expect(text).toContain('"controllerLogLevel":"debug"');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const later = await handrail(['impact', '--snapshot', file, '--to', '2.12', '-o', 'json'], { env });
    expect(JSON.parse(later.stdout)).toEqual(JSON.parse(live.stdout));
    expect((await impact('--practice', '--save', file)).code).toBe(2);
  });

  test('what may not be seen is said with the permission', async () => {
    const kubeconfig = join(practice, 'viewer.kubeconfig');
    const { stdout } = await impact('--kubeconfig', kubeconfig, '--to', '2.12');
    expect(stdout).toContain(
      'could not be looked at: It needs the permission to list secrets in all namespaces.',
    );
  });

  test('where nothing changes there is nothing to be said', async () => {
    const { code, stdout } = await impact('--practice', '--to', '2.10.2');
    expect(code).toBe(0);
    expect(stdout).toContain('There are no changes between these versions.');
  });

  test.each([
    [['--practice', '--to', '2.99'], '--to: 2.99 is newer than all that is known here'],
    [['--practice', '--from', 'tomorrow'], '--from "tomorrow" is no version of Linkerd.'],
    [['--practice', '--to', '2.9.5'], 'stable-2.9.5 is older than stable-2.10.2'],
    [['--snapshot', '/nowhere.json'], 'cannot be read'],
  ])('%j is refused', async (args, said) => {
    const { code, stderr } = await impact(...args);
    expect(stderr).toContain(said);
    expect(code).toBe(2);
  });
});

test('a walk looks for them by itself, and its report has what was found', async () => {
  const file = join(home.folder, 'hop.md');
  writeFileSync(
    file,
    '---\nrunbook: 1\nparameters:\n  TO: {type: linkerd-version, default: stable-2.11.5}\n---\n\n# A hop\n\n## Read the notices\n\n```yaml notices\nto: $TO\n```\n',
  );
  const { code, stdout } = await handrail(['run', file, '--practice', '--plain', '--unattended'], { env });
  expect(stdout).toContain('- Deployment lab/edge: Pod lab/edge-');
  expect(stdout).toMatch(/\d+ of \d+ changes touch this cluster/);
  expect(code).toBe(0);
  const session = readdirSync(join(home.folder, 'state/handrail/sessions'))[0]!;
  const report = await handrail(['report', session], { env });
  expect(report.stdout).toContain('Deployment lab/edge');
  // One file by itself, heading by heading.
  const alone = await handrail(
    ['run', 'notices/2.11', '--practice', '--plain', '--unattended', '--dry-run'],
    { env },
  );
  expect(alone.stdout).toContain('- Deployment lab/edge: Pod lab/edge-');
  expect(alone.code).toBe(0);
}, 120_000);
