/** The rollout action through the real program, on the practice cluster: what an operator sees while things go wrong and are mended. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { entry, handrail, temporaryHome } from '../helpers/handrail.ts';
import { launch, type PtyProgram } from '../helpers/pty.ts';

const home = temporaryHome();
const kubeconfig = join(home.folder, 'state/handrail/practice/kubeconfig');
const env = { ...home.env, KUBECONFIG: kubeconfig };
const exec = promisify(execFile);
let t: PtyProgram | undefined;

beforeAll(async () => {
  const up = await handrail(['practice', 'up', '--speed', '20', '--mesh', 'none'], { env: home.env });
  expect(up.code, up.stderr).toBe(0);
});

afterEach(() => t?.kill('SIGKILL'));

afterAll(async () => {
  await handrail(['practice', 'down'], { env: home.env });
  home.remove();
});

const kubectl = async (...args: string[]): Promise<string> =>
  (await exec('kubectl', ['-n', 'lab', ...args], { env })).stdout;

/** A Deployment of its own for each test, so that none waits for another's. */
async function deploy(
  name: string,
  annotations: Record<string, string> = {},
  image = 'nginx:1.27',
): Promise<void> {
  const file = join(home.folder, `${name}.yaml`);
  const labels = { app: name };
  writeFileSync(
    file,
    stringify({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: 'lab' },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels, annotations },
          spec: { containers: [{ name: 'web', image }] },
        },
      },
    }),
  );
  await exec('kubectl', ['create', 'namespace', 'lab'], { env }).catch(() => undefined);
  await kubectl('apply', '-f', file);
}

const open = (...args: string[]): PtyProgram => {
  t = launch(process.execPath, [entry, ...args], { cols: 80, rows: 24, env, cwd: home.folder });
  return t;
};

test('a wrong image is told within two seconds of its event, and forgotten when it is mended', async () => {
  await deploy('shop');
  await kubectl('rollout', 'status', 'deploy/shop', '--timeout=30s');
  await kubectl('set', 'image', 'deploy/shop', 'web=example.com/web:none');
  const screen = open('rollout', 'deploy/shop', '-n', 'lab');
  await screen.waitFor('Why shop waits: IMAGE_PULL', 20_000);
  const seen = Date.now();
  const events = JSON.parse(await kubectl('get', 'events', '-o', 'json')) as {
    readonly items: readonly { readonly reason: string; readonly firstTimestamp: string }[];
  };
  const [first] = events.items
    .filter(({ reason }) => reason === 'Failed')
    .map((one) => Date.parse(one.firstTimestamp));
  // An event's time has no part of a second.
  expect(seen - first!).toBeLessThan(2_000 + 1_000);
  expect(screen.text()).toMatch(/▲ shop .* stuck/);
  expect(screen.text()).toMatch(/✖ \w+ .*(ErrImagePull|ImagePullBackOff)/);
  expect(screen.text()).toContain('example.com/web:none: not found');

  await kubectl('set', 'image', 'deploy/shop', 'web=nginx:1.27');
  await screen.waitFor('1 of 1 rolled out', 20_000);
  await screen.waitFor('go on', 10_000);
  expect(screen.text()).not.toContain('IMAGE_PULL');
  await screen.press('Enter');
  await screen.waitFor(/come to its end|completed|Done/i);
  await screen.press('q');
  expect(await screen.exit).toEqual({ code: 0, signal: undefined });
  screen.checkInvariants();
});

test('a container that crashes: why, its last words on a key, and the operator takes it as it is', async () => {
  await deploy('crash', { 'practice.handrail.dev/crash': 'web=3:1' });
  const screen = open('rollout', 'deploy/crash', '-n', 'lab');
  await screen.waitFor('Why crash waits: CRASH_LOOP', 30_000);
  await screen.press('Down', 'g');
  await screen.waitFor('▏', 10_000);
  await screen.press('a');
  await screen.waitFor('The same key again does it');
  await screen.press('a');
  await screen.waitFor('Accepted by the operator as it is', 10_000);
});

test('line by line: no node fits, time runs out, and the exit code says so', async () => {
  await deploy('nowhere');
  const patch = { spec: { template: { spec: { nodeSelector: { disk: 'none' } } } } };
  await kubectl('patch', 'deploy/nowhere', '-p', JSON.stringify(patch));
  const ran = await handrail(['rollout', 'deploy/nowhere', '-n', 'lab', '--plain', '--timeout', '8s'], {
    env,
  });
  expect(ran.stdout).toMatch(/Not done after 8s\. nowhere waits: UNSCHEDULABLE/);
  expect(ran.stdout).toContain('Step 1 of 1: Rollout');
  expect(ran.stdout).not.toContain('handrail resume');
  expect(ran.code).toBe(5);
  // A look that has failed is over: `resume` finds nothing to go on with.
  const listed = JSON.parse((await handrail(['sessions', '-o', 'json'], { env })).stdout) as {
    status: string;
  }[];
  expect(listed[0]!.status).toBe('failed');
});

test('as JSON: one document, and nothing else on standard output', async () => {
  await deploy('json');
  const ran = await handrail(['rollout', 'deploy/json', '-n', 'lab', '-o', 'json'], { env });
  expect(ran.code, ran.stderr).toBe(0);
  expect(JSON.parse(ran.stdout)).toMatchObject({
    cluster: 'practice',
    verdict: 'done',
    detail: 'json is rolled out in lab: 2 pods ready.',
    unseen: [],
    rollouts: [{ ref: { kind: 'Deployment', namespace: 'lab', name: 'json' }, phase: 'DONE', good: true }],
  });
  const gone = await handrail(['rollout', 'deploy/gone', '-n', 'lab', '-o', 'json'], { env });
  expect(gone.code).toBe(5);
  expect(JSON.parse(gone.stdout)).toMatchObject({
    verdict: 'failed',
    detail: 'There is no deploy/gone in lab.',
  });
});

test('who may not see events is told so, and sees everything else', async () => {
  await deploy('unseen');
  const role = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'no-events' },
  };
  const look = ['get', 'list', 'watch'];
  const core = ['pods', 'namespaces', 'nodes'];
  const file = join(home.folder, 'role.yaml');
  writeFileSync(
    file,
    stringify({
      ...role,
      rules: [
        { apiGroups: ['apps'], resources: ['*'], verbs: look },
        { apiGroups: [''], resources: core, verbs: look },
      ],
    }),
  );
  await kubectl('apply', '-f', file);
  await kubectl('create', 'clusterrolebinding', 'no-events', '--clusterrole=no-events', '--user=ann');
  const config = parse(readFileSync(kubeconfig, 'utf8')) as { users: { user: Record<string, unknown> }[] };
  config.users[0]!.user.as = 'ann';
  const own = join(home.folder, 'ann.kubeconfig');
  writeFileSync(own, stringify(config));
  const ran = await handrail(['rollout', 'deploy/unseen', '-n', 'lab', '--plain', '--kubeconfig', own], {
    env,
  });
  expect(ran.stdout).toContain(
    'unseen is rolled out in lab: 2 pods ready. Not seen: events (list events in lab).',
  );
  expect(ran.code).toBe(0);
});

test('killed in the middle, it goes on where it was, with the time that is left', async () => {
  await deploy('killed', {}, 'example.com/web:none');
  const first = open('rollout', 'deploy/killed', '-n', 'lab', '--timeout', '3m');
  await first.waitFor('Why killed waits: IMAGE_PULL', 20_000);
  await first.waitFor(/0:0[3-9] of 3:00/, 15_000);
  first.kill('SIGKILL');
  await first.exit;

  const again = open('resume');
  await again.waitFor('Why killed waits: IMAGE_PULL', 20_000);
  // Time goes on from the journalled start.
  const passed = /0:(\d\d) of 3:00/.exec(again.text());
  expect(Number(passed?.[1])).toBeGreaterThan(3);
  await kubectl('set', 'image', 'deploy/killed', 'web=nginx:1.27');
  await again.waitFor('1 of 1 rolled out', 20_000);
});

test('whoever follows a watch that is over reads that nobody is there', async () => {
  await deploy('followed');
  const { stdout } = await handrail(['rollout', 'deploy/followed', '-n', 'lab', '-o', 'json'], { env });
  const { session } = JSON.parse(stdout) as { readonly session: string };
  const followed = await handrail(['follow', session, '--plain'], { env });
  expect(followed.stdout).toContain('Nobody drives this session; here it is only shown.');
});

test('what does not fit is said before anything is started', async () => {
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['rollout'], /In which namespace\?/],
    [['rollout', '-A', '-n', 'lab'], /not both/],
    [['rollout', 'web', '-n', 'lab'], /Not a workload such as deploy\/web/],
    [['rollout', '-n', 'Lab'], /Not a namespace/],
    [['rollout', '-n', 'lab', '--timeout', 'soon'], /--timeout "soon": Not a duration/],
  ];
  for (const [args, message] of cases) {
    const ran = await handrail(args, { env });
    expect(ran.stderr).toMatch(message);
    expect(ran.code).toBe(2);
  }
});
