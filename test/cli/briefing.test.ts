/** Which cluster a run is for, and which kind of run it is, before anything starts. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/state/exit-codes.ts';
import { entry, handrail, temporaryHome } from '../helpers/handrail.ts';
import { launch } from '../helpers/pty.ts';

const home = temporaryHome();
let connections = 0;
/** What answers at the server's address, and is no cluster. */
const server = createServer((socket) => {
  connections += 1;
  socket.on('error', () => {});
  socket.destroy();
});
let kubeconfig = '';

const write = (name: string, text: string) => {
  const path = join(home.folder, name);
  writeFileSync(path, text);
  return path;
};
const steps = '\n# Hello\n\n## Say it\n\n```sh\necho hello\n```\n';
const run = (args: readonly string[], more: Record<string, string> = {}) =>
  handrail(['run', ...args, '--plain'], { env: { ...home.env, ...more }, input: '' });

beforeAll(async () => {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as { port: number };
  kubeconfig = write(
    'kubeconfig',
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'away',
      contexts: [{ name: 'away', context: { cluster: 'away', user: 'me' } }],
      clusters: [{ name: 'away', cluster: { server: `http://127.0.0.1:${port}` } }],
      users: [{ name: 'me', user: { token: 't' } }],
    }),
  );
  write('foreign.md', steps);
  write('ours.md', `---\nrunbook: 1\ntitle: Ours\n---\n${steps}`);
  write('local.md', `---\nrunbook: 1\ntitle: Local\nrequires: {cluster: false}\n---\n${steps}`);
});
afterAll(() => {
  server.close();
  home.remove();
});

describe('the cluster', () => {
  test("somebody else's Markdown starts without a kubeconfig", async () => {
    const { code, stdout } = await run(['foreign.md']);
    expect(code).toBe(exitCodes.leftOpen.code);
    expect(stdout).toContain('? ');
  });

  test("somebody else's Markdown starts where the cluster cannot be reached", async () => {
    const { code } = await run(['foreign.md'], { KUBECONFIG: kubeconfig });
    expect(code).toBe(exitCodes.leftOpen.code);
  });

  test('a runbook that needs a cluster says what to do where there is none', async () => {
    const without = await run(['ours.md']);
    expect(without.code).toBe(exitCodes.notReady.code);
    expect(without.stderr).toContain('--kubeconfig');
    const unreachable = await run(['ours.md'], { KUBECONFIG: kubeconfig });
    expect(unreachable.code).toBe(exitCodes.notReady.code);
    expect(unreachable.stderr).toMatch(/handrail: .*127\.0\.0\.1.*\n {2}\S/);
  });

  test('a runbook that needs none does not ask the cluster, unless it is named; then it must be there', async () => {
    connections = 0;
    expect((await run(['local.md'], { KUBECONFIG: kubeconfig })).code).toBe(exitCodes.leftOpen.code);
    expect(connections).toBe(0);
    const named = await run(['local.md', '--kubeconfig', kubeconfig]);
    expect(named.code).toBe(exitCodes.notReady.code);
    expect(connections).toBeGreaterThan(0);
  });
});

test('--dry-run opens the briefing of a dry run, and y starts one', async () => {
  const t = launch(process.execPath, [entry, 'run', 'local.md', '--dry-run'], {
    env: { ...home.env, XDG_STATE_HOME: join(home.folder, 'dry') },
    cwd: home.folder,
  });
  await t.waitFor('Ready for a dry run');
  expect(t.screen()[0]).toContain('DRY RUN');
  await t.press('y');
  await t.waitFor(/1 of 1/);
  expect(t.screen()[0]).toContain('DRY RUN');
  t.kill('SIGTERM');
  await t.exit;
  const sessions = join(home.folder, 'dry/handrail/sessions');
  const [id] = readdirSync(sessions);
  expect(readFileSync(join(sessions, id!, 'journal.jsonl'), 'utf8').split('\n')[0]).toContain('"dry-run"');
});

test('a session starts from the briefing on screen: a cluster that does not answer is not asked once more', async () => {
  const t = launch(process.execPath, [entry, 'run', 'foreign.md'], {
    env: { ...home.env, KUBECONFIG: kubeconfig, XDG_STATE_HOME: join(home.folder, 'seen') },
    cwd: home.folder,
  });
  await t.waitFor('y start');
  const asked = connections;
  expect(asked).toBeGreaterThan(0);
  await t.press('y');
  await t.waitFor(/1 of 1/);
  expect(connections).toBe(asked);
  t.kill('SIGTERM');
  await t.exit;
});
