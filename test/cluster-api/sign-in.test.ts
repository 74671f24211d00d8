import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createCredentialPlugins, type Plugin } from '../../src/cluster/access/credential-plugins.ts';
import { type ApiOptions, openClusterApi } from '../../src/cluster/open-api.ts';
import { createServingCertificate, type ServingCertificate } from '../../src/practice/api/certificate.ts';
import { runCredentialPlugin } from '../../src/shell/credential-plugin.ts';
import { type Answer, failure, fakeServer, inTurn, json, kubeconfigFor } from './fake-server.ts';
import { eventually, follow, followOn, pods } from './follow.ts';
import { kubeServer } from './kube-server.ts';
import { testTiming } from './timing.ts';

let pki: ServingCertificate;
beforeAll(async () => {
  pki = await createServingCertificate();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'handrail-sign-in-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const pod: Answer = json(200, { kind: 'Pod', metadata: { name: 'a' } });
const unauthorized = failure(401, 'Unauthorized');

function api(
  kubeconfig: string | { readonly file: string },
  env: Record<string, string> = {},
  options: ApiOptions = {},
) {
  const opened = openClusterApi(kubeconfig, env, { timing: testTiming(), ...options });
  onTestFinished(() => opened.close());
  return opened;
}

/** A credential plugin that counts its calls in `calls`, and gives the token that `token` holds. */
function plugin(status: object = {}) {
  const base = folder();
  const file = (name: string) => join(base, name);
  writeFileSync(file('token'), 'token-1');
  writeFileSync(
    file('plugin'),
    `#!/bin/sh
echo "$KUBERNETES_EXEC_INFO" >> ${file('calls')}
if [ ! -f ${file('token')} ]; then printf '\\033[31mplease run login\\n' >&2; exit 1; fi
echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"'"$(cat ${file('token')})"'"${Object.entries(
      status,
    )
      .map(([key, value]) => `,"${key}":"${value}"`)
      .join('')}}}'
`,
  );
  chmodSync(file('plugin'), 0o700);
  return {
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: file('plugin'),
      interactiveMode: 'IfAvailable',
    },
    calls: () =>
      existsSync(file('calls'))
        ? readFileSync(file('calls'), 'utf8')
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line))
        : [],
    give: (token: string) => writeFileSync(file('token'), token),
    fail: () => rmSync(file('token')),
  };
}

const plugins = (now?: () => number) =>
  createCredentialPlugins((command) => runCredentialPlugin(command, { PATH: process.env.PATH }), now);

describe('what stands in the kubeconfig', () => {
  test('a token, and whom to act as', async () => {
    const server = await fakeServer(pod);
    const user = {
      token: 'secret',
      as: 'jane',
      'as-groups': ['ops', 'dev'],
      'as-user-extra': { 'Team/x': ['a'] },
    };
    await api(kubeconfigFor(server.url, user)).get(pods, 'a');
    expect(server.seen[0]!.headers).toMatchObject({
      authorization: 'Bearer secret',
      'impersonate-user': 'jane',
      'impersonate-group': 'ops, dev',
      'impersonate-extra-team%2fx': 'a',
    });
  });

  test('a name and a password; nobody', async () => {
    const server = await fakeServer(pod);
    await api(kubeconfigFor(server.url, { username: 'me', password: 'pä:ss' })).get(pods, 'a');
    await api(kubeconfigFor(server.url, {})).get(pods, 'a');
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([
      `Basic ${Buffer.from('me:pä:ss').toString('base64')}`,
      undefined,
    ]);
  });

  test('a token in a file is read again when it is no longer accepted', async () => {
    const server = await fakeServer(inTurn(pod, unauthorized, pod));
    const tokenFile = join(folder(), 'token');
    writeFileSync(tokenFile, 'one\n');
    const opened = api(kubeconfigFor(server.url, { tokenFile }));
    await opened.get(pods, 'a');
    writeFileSync(tokenFile, 'two\n');
    expect(await opened.get(pods, 'a')).toMatchObject({ ok: true });
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer one',
      'Bearer one',
      'Bearer two',
    ]);
  });

  test('an authority of its own, over HTTPS; another one is not believed', async () => {
    const server = await fakeServer(pod, { cert: pki.certificate, key: pki.key });
    const ca = (pem: string) => ({ 'certificate-authority-data': Buffer.from(pem).toString('base64') });
    const opened = api(kubeconfigFor(server.url, { token: 't' }, ca(pki.authority)));
    for (let index = 0; index < 5; index++) expect(await opened.get(pods, 'a')).toMatchObject({ ok: true });
    expect(server.accepted).toBe(1);
    const other = await createServingCertificate();
    expect(
      await api(kubeconfigFor(server.url, { token: 't' }, ca(other.authority))).get(pods, 'a'),
    ).toMatchObject({
      ok: false,
      problem: { type: 'unreachable', message: expect.stringContaining('was not accepted') },
    });
    expect(
      await api(kubeconfigFor(server.url, { token: 't' }, { 'insecure-skip-tls-verify': true })).get(
        pods,
        'a',
      ),
    ).toMatchObject({ ok: true });
    expect(
      await api(
        kubeconfigFor(server.url, { token: 't' }, { ...ca(pki.authority), 'tls-server-name': 'elsewhere' }),
      ).get(pods, 'a'),
    ).toMatchObject({ ok: false });
  });
});

describe('a kubeconfig that cannot work', () => {
  const told = async (kubeconfig: string | { readonly file: string }) => {
    const result = await api(kubeconfig).get(pods, 'a');
    return !result.ok && result.problem.type === 'unreachable' ? result.problem : undefined;
  };

  test.each([
    ['is not YAML', '{{{{', /cannot be read/],
    ['is empty', '', /no cluster/],
    ['is a list', '- a', /no cluster/],
    ['has no server', kubeconfigFor(''), /The server "" of the kubeconfig/],
    ['has an odd server', kubeconfigFor('ftp://x'), /ftp:\/\/x/],
    [
      'has a key that is none',
      kubeconfigFor('https://127.0.0.1:1', { 'client-certificate-data': 'eA==', 'client-key-data': 'eA==' }),
      /makes no sense/,
    ],
    [
      'has a token with a line break',
      kubeconfigFor('http://127.0.0.1:1', { token: 'a\nb' }),
      /makes no sense/,
    ],
    [
      'names a token file that is gone',
      kubeconfigFor('http://127.0.0.1:1', { tokenFile: '/nowhere/token' }),
      /\/nowhere\/token/,
    ],
  ])('%s', async (_, text, message) => {
    expect(await told(text)).toMatchObject({
      message: expect.stringMatching(message),
      fix: expect.stringMatching(/\w/),
    });
  });

  test('is not there, or names no context', async () => {
    expect(await told({ file: '/nowhere/config' })).toMatchObject({
      message: expect.stringContaining('/nowhere/config'),
    });
    const file = join(folder(), 'config');
    writeFileSync(file, kubeconfigFor('http://127.0.0.1:1').replace('current-context: here', ''));
    expect(await told({ file })).toMatchObject({ fix: expect.stringContaining('There are: here') });
  });

  test('is read when it is needed, with paths from its own folder', async () => {
    const server = await fakeServer(pod);
    const base = folder();
    const opened = api({ file: join(base, 'config') });
    writeFileSync(join(base, 'token'), 'from-file');
    writeFileSync(join(base, 'config'), kubeconfigFor(server.url, { tokenFile: 'token' }));
    expect(await opened.get(pods, 'a')).toMatchObject({ ok: true });
    expect(server.seen[0]!.headers.authorization).toBe('Bearer from-file');
  });
});

describe('credential plugins', () => {
  test('one run is enough for all connections, until the credential has run out', async () => {
    const server = await fakeServer(pod);
    let now = Date.parse('2030-01-01T00:00:00Z');
    const { exec, calls, give } = plugin({ expirationTimestamp: '2030-01-01T01:00:00Z' });
    const shared = plugins(() => now);
    const text = kubeconfigFor(server.url, { exec });
    const get = () => api(text, {}, { plugins: shared }).get(pods, 'a');
    await get();
    await get();
    expect(calls()).toHaveLength(1);
    now += 3_600_001;
    give('token-2');
    await get();
    expect(calls()).toHaveLength(2);
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-1',
      'Bearer token-2',
    ]);
  });

  test('the plugin is told that nobody can be asked, and of the cluster where it wants to know', async () => {
    const server = await fakeServer(pod);
    const { exec, calls } = plugin();
    const extensions = [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'x' } }];
    const text = kubeconfigFor(server.url, { exec: { ...exec, provideClusterInfo: true } }, { extensions });
    await api(text, {}, { plugins: plugins() }).get(pods, 'a');
    expect(calls()).toEqual([
      {
        apiVersion: 'client.authentication.k8s.io/v1',
        kind: 'ExecCredential',
        spec: { interactive: false, cluster: { server: server.url, config: { audience: 'x' } } },
      },
    ]);
  });

  test.each([
    ['by ourselves', true],
    ['by the client library', false],
  ])('401: signed in anew once, and the request goes through (%s)', async (_, ours) => {
    const { exec, calls, give } = plugin();
    const server = await fakeServer((request, response) => {
      (request.headers.authorization === 'Bearer token-2' ? pod : unauthorized)(request, response);
    });
    const opened = api(kubeconfigFor(server.url, { exec }), {}, ours ? { plugins: plugins() } : {});
    give('token-1');
    expect(await opened.get(pods, 'a')).toMatchObject({
      ok: false,
      problem: { type: 'unreachable', signIn: true, message: expect.stringContaining('401') },
    });
    expect(calls()).toHaveLength(2);
    give('token-2');
    const together = await Promise.all([opened.get(pods, 'a'), opened.get(pods, 'a'), opened.get(pods, 'a')]);
    expect(together.map(({ ok }) => ok)).toEqual([true, true, true]);
    expect(calls()).toHaveLength(3);
  });

  test('a stream whose token has expired signs in anew and goes on', async () => {
    const kube = await kubeServer();
    const { exec, calls, give } = plugin();
    let accepted = 'token-1';
    kube.intercept = (request, response) => {
      if (request.headers.authorization === `Bearer ${accepted}`) return false;
      unauthorized(request, response);
      return true;
    };
    const f = follow('', { kubeconfig: kubeconfigFor(kube.server.url, { exec }), plugins: plugins() });
    await f.stream.synced;
    accepted = 'token-2';
    give('token-2');
    kube.endWatches();
    kube.put('ns/a', '1');
    await eventually(() => expect(f.items()).toEqual({ 'ns/a': '1' }));
    expect(f.types()).toEqual(['live']);
    expect(calls()).toHaveLength(2);
  });

  test('a stream says why it cannot sign in, and comes back when it can', async () => {
    const kube = await kubeServer();
    const { exec, fail, give } = plugin();
    fail();
    const f = follow('', { kubeconfig: kubeconfigFor(kube.server.url, { exec }), plugins: plugins() });
    await eventually(() => expect(f.stream.status.type).toBe('stale'));
    expect(f.stream.status).toMatchObject({
      why: 'Signing in to the cluster failed: please run login. Log in again with the tool that made this kubeconfig, then retry.',
    });
    give('token-1');
    await f.stream.synced;
    expect(f.stream.status).toEqual({ type: 'live' });
  });

  test.each([
    [
      'is not there',
      { command: 'no-such-plugin-anywhere', installHint: 'get it at \u001b[1mexample.com' },
      /program that is not there: .*get it at example\.com/,
    ],
    ['prints nonsense', { command: '/bin/echo', args: ['hello'] }, /not an ExecCredential/],
    ['gives nothing', { command: '/bin/echo', args: ['{"status":{}}'] }, /neither a token nor a certificate/],
    ['fails without a word', { command: '/bin/false' }, /ended with 1/],
  ])('one that %s', async (_, exec, message) => {
    const text = kubeconfigFor('http://127.0.0.1:1', {
      exec: { apiVersion: 'client.authentication.k8s.io/v1', ...exec },
    });
    expect(await api(text, {}, { plugins: plugins() }).get(pods, 'a')).toMatchObject({
      ok: false,
      problem: { type: 'unreachable', signIn: true, message: expect.stringMatching(message) },
    });
  });

  test('one that has just failed with the keyboard is not run again without it for the first who asks', async () => {
    const ran: boolean[] = [];
    const run = createCredentialPlugins(async ({ interactive }) => {
      ran.push(interactive);
      if (interactive) throw new Error('wrong password');
      return JSON.stringify({ status: { token: 'token-1' } });
    });
    const login: Plugin = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'login',
      args: [],
      env: {},
      interactiveMode: 'IfAvailable',
      installHint: undefined,
      cluster: undefined,
    };
    await expect(run.credentialByPrompt(login)).rejects.toThrow('wrong password');
    await expect(run.credential(login)).rejects.toThrow('wrong password');
    expect(ran).toEqual([true]);
    expect(await run.credential(login)).toEqual({ token: 'token-1' });
  });

  test('one that never ends is ended, with all that it started', async () => {
    const started = join(folder(), 'started');
    const run = runCredentialPlugin(
      {
        command: '/bin/sh',
        args: ['-c', 'sleep 60 & echo $! > "$STARTED"; wait'],
        env: { STARTED: started },
        interactive: false,
      },
      { PATH: process.env.PATH },
      500,
    );
    await expect(run).rejects.toThrow('gave no credentials within 0.5 s');
    const child = readFileSync(started, 'utf8').trim();
    const state = () => spawnSync('ps', ['-o', 'stat=', '-p', child], { encoding: 'utf8' }).stdout.trim();
    await eventually(() => expect(state()).toMatch(/^(Z.*)?$/));
  });

  test('one without the keyboard is alone in its session: there is no terminal to ask on', async () => {
    const run = runCredentialPlugin(
      {
        command: '/bin/sh',
        args: ['-c', 'echo $$ $(ps -o pgid= -p $$)'],
        env: {},
        interactive: false,
      },
      { PATH: process.env.PATH },
    );
    expect(await run).toMatch(/^(\d+) \1$/);
  });
});

describe('a proxy', () => {
  interface Tunnel {
    readonly url: string;
    readonly asked: { readonly to: string; readonly authorization: string | undefined }[];
    /** How many connections to it are open. */
    open(): number;
  }

  /** Leads every connection to one port, and remembers where it was meant to go; without a port it says nothing. */
  async function tunnel(port?: number): Promise<Tunnel> {
    const asked: { to: string; authorization: string | undefined }[] = [];
    const server = createServer((_, response) => response.writeHead(400).end());
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    server.on('connect', (request, socket) => {
      asked.push({ to: request.url ?? '', authorization: request.headers['proxy-authorization'] });
      if (port === undefined) {
        socket.resume().on('end', () => socket.destroy());
        return;
      }
      const onward = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
      onward.on('error', () => (socket as Socket).resetAndDestroy());
      onward.on('close', () => socket.destroy());
      socket.on('error', () => onward.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return {
      url: `127.0.0.1:${(server.address() as AddressInfo).port}`,
      asked,
      open: () => sockets.size,
    };
  }

  const far = (cluster: object = {}, user: object = { token: 't' }) =>
    kubeconfigFor('https://cluster.example:6443', user, {
      'certificate-authority-data': Buffer.from(pki.authority).toString('base64'),
      'tls-server-name': 'localhost',
      ...cluster,
    });

  test('of the environment: one connection for many calls, one for a stream, and what breaks is mended', async () => {
    const kube = await kubeServer({ cert: pki.certificate, key: pki.key });
    kube.put('ns/a', '1');
    const proxy = await tunnel(kube.server.port);
    const opened = api(far(), { HTTPS_PROXY: `http://me:p%40ss@${proxy.url}` });
    expect(await opened.list(pods)).toMatchObject({ ok: true });
    expect(await opened.list(pods)).toMatchObject({ ok: true });
    expect(proxy.asked).toEqual([
      { to: 'cluster.example:6443', authorization: `Basic ${Buffer.from('me:p@ss').toString('base64')}` },
    ]);
    const f = followOn(opened);
    await f.stream.synced;
    kube.server.cut();
    kube.put('ns/b', '1');
    await eventually(() => expect(f.items()).toEqual({ 'ns/a': '1', 'ns/b': '1' }));
    expect(kube.server.seen.at(-1)!.headers.authorization).toBe('Bearer t');
    opened.close();
    await eventually(() => expect([kube.server.open, proxy.open()]).toEqual([0, 0]));
  });

  test('of the kubeconfig, for a server without TLS and with what a plugin gave', async () => {
    const server = await fakeServer(pod);
    const { exec, calls } = plugin();
    const proxy = await tunnel(server.port);
    const text = kubeconfigFor(
      'http://cluster.example:8080',
      { exec },
      { 'proxy-url': `http://${proxy.url}` },
    );
    expect(await api(text, {}, { plugins: plugins() }).get(pods, 'a')).toMatchObject({ ok: true });
    expect(proxy.asked).toMatchObject([{ to: 'cluster.example:8080' }]);
    expect(calls()).toHaveLength(1);
    expect(server.seen[0]!.headers.authorization).toBe('Bearer token-1');
  });

  test('is passed by where NO_PROXY says so', async () => {
    const server = await fakeServer(pod);
    const env = { HTTP_PROXY: 'http://127.0.0.1:1', NO_PROXY: '127.0.0.1' };
    expect(await api(kubeconfigFor(server.url), env).get(pods, 'a')).toMatchObject({ ok: true });
  });

  test('that does not work is named, and not taken for the cluster', async () => {
    const told = async (proxy: string) => {
      const result = await api(far(), { HTTPS_PROXY: proxy }).get(pods, 'a');
      return result.ok ? undefined : result.problem;
    };
    const fix = expect.stringContaining('HTTPS_PROXY');
    expect(await told('http://127.0.0.1:1')).toMatchObject({
      message: expect.stringContaining('the proxy 127.0.0.1:1'),
      fix,
    });
    expect(await told('nonsense:// x')).toMatchObject({ message: expect.stringContaining('nonsense'), fix });
    const server = await fakeServer(pod);
    server.answer = (_, response) => response.writeHead(407).end();
    expect(await told(server.url)).toMatchObject({ fix });
  });

  test('that says nothing does not hold us when we leave', async () => {
    const proxy = await tunnel();
    const opened = api(far(), { HTTPS_PROXY: `http://${proxy.url}` });
    const waiting = opened.get(pods, 'a');
    await eventually(() => expect(proxy.asked).toHaveLength(1));
    opened.close();
    expect(await waiting).toMatchObject({ ok: false, problem: { type: 'unreachable' } });
    await eventually(() => expect(proxy.open()).toBe(0));
  });
});
