/** A credential plugin that asks for a password, and the screen that opens after it. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { entry, handrail, temporaryHome } from '../helpers/handrail.ts';
import { launch } from '../helpers/pty.ts';
import { failure, fakeServer, json, kubeconfigFor } from './fake-server.ts';
import { eventually } from './follow.ts';

/** A cluster that lets in who typed the right password, and a home whose kubeconfig asks for it. */
async function asking() {
  const home = temporaryHome();
  onTestFinished(() => home.remove());
  const file = (name: string, text: string) => {
    const path = join(home.folder, name);
    writeFileSync(path, text);
    return path;
  };
  const plugin = file(
    'plugin',
    `#!/bin/bash
if [ ! -t 0 ]; then echo "nobody to ask for a password" >&2; exit 1; fi
case "$KUBERNETES_EXEC_INFO" in *'"interactive":true'*) ;; *) exit 2 ;; esac
read -r -s -p "Password: " password
echo >&2
echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"'"$password"'"}}'
`,
  );
  chmodSync(plugin, 0o700);
  const kubeSystem = json(200, { kind: 'Namespace', metadata: { name: 'kube-system', uid: 'uid-1' } });
  const server = await fakeServer((request, response) => {
    const known = request.headers.authorization === 'Bearer hunter2';
    (known ? kubeSystem : failure(401, 'Unauthorized'))(request, response);
  });
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: plugin,
    interactiveMode: 'IfAvailable',
  };
  const env = { ...home.env, KUBECONFIG: file('kubeconfig', kubeconfigFor(server.url, { exec })) };
  file(
    'local.md',
    '---\nrunbook: 1\ntitle: Local\nrequires: {cluster: false}\n---\n\n# Local\n\n## Say it\n\n```sh\necho hello\n```\n',
  );
  const start = (...args: string[]) => launch(process.execPath, [entry, ...args], { env, cwd: home.folder });
  return { server, env, start };
}

test('it asks before the screen is opened, once, and the screen has its cluster', async () => {
  const { server, start } = await asking();
  const t = start();
  await t.waitFor('Password:');
  expect(t.alternate()).toBe(false);
  expect(t.text()).toMatch(/Signing in with .*plugin/);
  await t.type('hunter2');
  await t.press('Enter');
  await t.waitFor(() => t.alternate());
  await eventually(() => expect(server.seen).not.toEqual([]));
  expect(t.raw).not.toContain('hunter2');
  // Not once more without the keyboard: that would have been a request without a password.
  expect(new Set(server.seen.map(({ headers }) => headers.authorization))).toEqual(
    new Set(['Bearer hunter2']),
  );
  await t.press('q');
  expect(await t.exit).toEqual({ code: 0, signal: undefined });
  t.checkInvariants();
});

test('a look at the cluster asks once as well', async () => {
  const { server, start } = await asking();
  const t = start('survey');
  await t.waitFor('Password:');
  await t.type('hunter2');
  await t.press('Enter');
  await eventually(() =>
    expect(server.seen.map(({ path }) => path)).toContainEqual(expect.stringContaining('/pods')),
  );
  t.kill();
  await t.exit;
  expect(t.raw.split('Password:')).toHaveLength(2);
  expect(new Set(server.seen.map(({ headers }) => headers.authorization))).toEqual(
    new Set(['Bearer hunter2']),
  );
});

test('a plugin that hangs holds nobody up who leaves, and is ended', async () => {
  const home = temporaryHome();
  onTestFinished(() => home.remove());
  const [plugin, begun, config] = ['plugin', 'begun', 'kubeconfig'].map((name) => join(home.folder, name));
  writeFileSync(plugin!, `#!/bin/sh\necho $$ > ${begun}\nexec sleep 600\n`);
  chmodSync(plugin!, 0o700);
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: plugin,
    interactiveMode: 'Never',
  };
  writeFileSync(config!, kubeconfigFor('http://127.0.0.1:1', { exec }));
  const t = launch(process.execPath, [entry], { env: { ...home.env, KUBECONFIG: config }, cwd: home.folder });
  await t.waitFor(() => t.alternate());
  await eventually(() => expect(existsSync(begun!) && readFileSync(begun!, 'utf8')).toMatch(/^\d+\n/));
  const pid = Number(readFileSync(begun!, 'utf8'));
  await t.press('q');
  expect(await t.exit).toEqual({ code: 0, signal: undefined });
  // Its own limit of 30 s is longer than this test may take.
  await eventually(() => expect(() => process.kill(pid, 0)).toThrow());
  t.checkInvariants();
}, 20_000);

test('a runbook that needs no cluster asks nobody for a password', async () => {
  const { server, start } = await asking();
  const t = start('run', 'local.md', '--plain');
  await t.waitFor('answers: run');
  expect(t.text()).not.toContain('Password');
  t.kill();
  await t.exit;
  expect(server.seen).toEqual([]);
});

test('without a terminal the plugin is told so, and what it says is the reason', async () => {
  const { env } = await asking();
  const { code, stderr } = await handrail(['run', 'local.md', '--plain', '--context', 'here'], { env });
  expect(code).not.toBe(0);
  expect(stderr).toContain('nobody to ask for a password');
});
