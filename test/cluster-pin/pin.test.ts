import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { createClusterPort } from '../../src/cluster/access/cluster-port.ts';
import { createServingCertificate, type ServingCertificate } from '../../src/practice/api/certificate.ts';
import { fakeApi, json, kubeSystem, type Seen } from './fake-api.ts';

let pki: ServingCertificate;
beforeAll(async () => {
  pki = await createServingCertificate();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'handrail-pin-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true, maxRetries: 10 }));
  return path;
}

interface Part {
  readonly name: string;
  readonly cluster?: Record<string, unknown>;
  readonly user?: Record<string, unknown>;
}

function kubeconfig(parts: readonly Part[], current: string | undefined = parts[0]?.name): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    ...(current === undefined ? {} : { 'current-context': current }),
    contexts: parts.map(({ name }) => ({ name, context: { cluster: `c-${name}`, user: `u-${name}` } })),
    clusters: parts.flatMap(({ name, cluster }) => (cluster ? [{ name: `c-${name}`, cluster }] : [])),
    users: parts.flatMap(({ name, user }) => (user ? [{ name: `u-${name}`, user }] : [])),
  });
}

function file(text: string, name = 'config', base = folder()): string {
  const path = join(base, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

/** Pins with one kubeconfig file, in an environment without any other. */
const pin = (path: string, context?: string, env: Record<string, string> = {}) =>
  createClusterPort(env, undefined, '/nowhere').pin({ kubeconfig: path, ...(context ? { context } : {}) });

const failure = (message: RegExp, fix: RegExp = /./) => ({
  ok: false,
  message: expect.stringMatching(message),
  fix: expect.stringMatching(fix),
});

describe('who the cluster is', () => {
  test('over HTTPS with its own authority, a token, and paths relative to the kubeconfig', async () => {
    const api = await fakeApi({ cert: pki.certificate, key: pki.key });
    const base = folder();
    mkdirSync(join(base, 'pki'));
    writeFileSync(join(base, 'pki', 'ca.crt'), pki.authority);
    const path = file(
      kubeconfig([
        {
          name: 'prod',
          cluster: { server: api.server, 'certificate-authority': 'pki/ca.crt' },
          user: { token: 'token-of-prod' },
        },
      ]),
      'config',
      base,
    );
    const result = await pin(path);
    expect(result).toMatchObject({
      ok: true,
      pin: { context: 'prod', name: 'prod', server: api.server, uid: 'uid-1', practice: false },
    });
    expect(api.seen).toMatchObject([
      {
        method: 'GET',
        url: '/api/v1/namespaces/kube-system',
        headers: { authorization: 'Bearer token-of-prod' },
      },
    ]);
    if (!result.ok) return;
    // The file has to work when the original is gone, from any folder.
    rmSync(base, { recursive: true });
    const own = file(result.kubeconfig);
    expect(await createClusterPort({}, undefined, '/nowhere').check(own, result.pin)).toEqual({
      type: 'same',
    });
  });

  test('over plain HTTP, without a user', async () => {
    const api = await fakeApi();
    const path = file(kubeconfig([{ name: 'kind', cluster: { server: api.server } }]));
    expect(await pin(path)).toMatchObject({ ok: true, pin: { uid: 'uid-1' } });
  });

  test('only the chosen context reaches the session, with what we do not know of kept', async () => {
    const api = await fakeApi();
    const path = file(
      kubeconfig([
        { name: 'other', cluster: { server: 'https://other.example' }, user: { token: 'token-of-other' } },
        {
          name: 'mine',
          cluster: { server: api.server, 'tls-server-name': 'x' },
          user: { token: 't', 'as-groups': ['ops'] },
        },
      ]),
    );
    const result = await pin(path, 'mine');
    expect(result).toMatchObject({ ok: true, pin: { context: 'mine' } });
    if (!result.ok) return;
    expect(result.kubeconfig).not.toContain('other');
    expect(parse(result.kubeconfig)).toMatchObject({
      'current-context': 'mine',
      users: [{ user: { 'as-groups': ['ops'] } }],
      clusters: [{ cluster: { 'tls-server-name': 'x' } }],
    });
  });

  test('the practice cluster by its mark, and by nothing else', async () => {
    const api = await fakeApi();
    const marked = {
      server: api.server,
      extensions: [{ name: 'handrail.dev/practice', extension: { practice: true } }],
    };
    expect(await pin(file(kubeconfig([{ name: 'x', cluster: marked }])))).toMatchObject({
      pin: { practice: true },
    });
    const named = { server: api.server };
    expect(await pin(file(kubeconfig([{ name: 'practice', cluster: named }])))).toMatchObject({
      pin: { practice: false },
    });
  });

  test('KUBECONFIG with several files: the first to give a value wins, missing ones are passed over', async () => {
    const api = await fakeApi();
    const base = folder();
    file(kubeconfig([{ name: 'a', cluster: { server: api.server } }], 'a'), 'one', base);
    file(
      kubeconfig(
        [
          { name: 'b', cluster: { server: 'http://127.0.0.1:1' } },
          { name: 'a', cluster: { server: 'http://127.0.0.1:1' } },
        ],
        'b',
      ),
      'two',
      base,
    );
    const env = { KUBECONFIG: ['missing', 'one', 'two'].map((name) => join(base, name)).join(':') };
    expect(await createClusterPort(env, undefined, '/nowhere').pin({})).toMatchObject({
      ok: true,
      pin: { context: 'a', uid: 'uid-1' },
    });
  });

  test('~/.kube/config where nothing else is said', async () => {
    const api = await fakeApi();
    const home = folder();
    mkdirSync(join(home, '.kube'));
    file(kubeconfig([{ name: 'h', cluster: { server: api.server } }]), 'config', join(home, '.kube'));
    expect(await createClusterPort({}, undefined, home).pin({})).toMatchObject({
      ok: true,
      pin: { context: 'h' },
    });
  });

  test('a token from a file, and a credential plugin', async () => {
    const api = await fakeApi();
    const base = folder();
    file('token-in-file\n', 'token', base);
    const plugin = file(
      `#!/bin/sh\necho '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"'"$GIVEN"'"}}'\n`,
      'plugin',
      base,
    );
    chmodSync(plugin, 0o700);
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: './plugin',
      env: [{ name: 'GIVEN', value: 'from-plugin' }],
    };
    const cluster = { server: api.server };
    await pin(file(kubeconfig([{ name: 'f', cluster, user: { tokenFile: 'token' } }]), 'config-f', base));
    await pin(file(kubeconfig([{ name: 'e', cluster, user: { exec } }]), 'config-e', base));
    expect(api.seen.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-in-file',
      'Bearer from-plugin',
    ]);
  });
});

describe('without permission to read kube-system', () => {
  test('a fingerprint of the address and the authority stands in, and says that it does', async () => {
    const api = await fakeApi();
    api.answer = json(403, { message: 'namespaces "kube-system" is forbidden' });
    const path = file(kubeconfig([{ name: 'x', cluster: { server: api.server } }]));
    const result = await pin(path);
    expect(result).toMatchObject({ ok: true, pin: { uid: expect.stringMatching(/^server:[0-9a-f]{32}$/) } });
    if (!result.ok) return;
    const port = createClusterPort({}, undefined, '/nowhere');
    expect(await port.check(file(result.kubeconfig), result.pin)).toEqual({ type: 'same' });
  });

  test('losing that permission later is not another cluster', async () => {
    const api = await fakeApi();
    const result = await pin(file(kubeconfig([{ name: 'x', cluster: { server: api.server } }])));
    if (!result.ok) throw new Error(result.message);
    api.answer = json(403, {});
    expect(
      await createClusterPort({}, undefined, '/nowhere').check(file(result.kubeconfig), result.pin),
    ).toMatchObject({
      type: 'unreachable',
      message: expect.stringContaining('kube-system'),
    });
  });
});

describe('still the same one?', () => {
  test('another UID at the same address is another cluster', async () => {
    const api = await fakeApi();
    const result = await pin(file(kubeconfig([{ name: 'x', cluster: { server: api.server } }])));
    if (!result.ok) throw new Error(result.message);
    const port = createClusterPort({}, undefined, '/nowhere');
    const own = file(result.kubeconfig);
    api.answer = kubeSystem('uid-2');
    expect(await port.check(own, result.pin)).toEqual({ type: 'different', uid: 'uid-2' });
    api.answer = json(500, { message: 'etcd \u001b[31mis away' });
    const answer = await port.check(own, result.pin);
    expect(answer).toMatchObject({
      type: 'unreachable',
      message: expect.stringContaining('500: etcd is away'),
    });
    rmSync(own);
    expect(await port.check(own, result.pin)).toMatchObject({ type: 'unreachable' });
  });
});

describe('a server that is busy for a moment', () => {
  test('is asked again, before the operator is told that nothing can be done', async () => {
    const api = await fakeApi();
    const answers = [
      json(429, { message: 'too many' }),
      (_: Seen, response: ServerResponse) => response.destroy(),
      kubeSystem('uid-1'),
    ];
    api.answer = (request, response) => answers[api.seen.length - 1]!(request, response);
    const found = await pin(file(kubeconfig([{ name: 'x', cluster: { server: api.server } }])));
    expect(found).toMatchObject({ ok: true, pin: { uid: 'uid-1' } });
  });
});

describe('what an operator is told', () => {
  test('no kubeconfig at all', async () => {
    expect(await createClusterPort({}, undefined, '/nowhere').pin({})).toEqual(
      failure(/There is no kubeconfig: \/nowhere\/\.kube\/config does not exist/, /--kubeconfig/),
    );
    expect(await pin('/nowhere/else')).toEqual(failure(/\/nowhere\/else cannot be read/));
  });

  test.each([
    ['not YAML', '{{{{'],
    ['a list', '- a\n- b\n'],
    ['bytes', '\u0000\u0001'],
  ])('a file that is %s', async (_, text) => {
    expect(await pin(file(text))).toEqual(failure(/is not a kubeconfig/));
  });

  test('an unknown context, and none', async () => {
    const text = kubeconfig([{ name: 'one', cluster: { server: 'http://127.0.0.1:1' } }]);
    expect(await pin(file(text), 'two')).toEqual(failure(/There is no context two/, /There are: one\./));
    const none = stringify({ ...(parse(text) as object), 'current-context': '' });
    expect(await pin(file(none))).toEqual(failure(/No context is current/, /use-context/));
  });

  test('a context without a cluster, a certificate that is gone', async () => {
    expect(await pin(file(kubeconfig([{ name: 'x' }])))).toEqual(failure(/has no server/));
    const cluster = { server: 'https://127.0.0.1:1', 'certificate-authority': '/nowhere/ca.crt' };
    expect(await pin(file(kubeconfig([{ name: 'x', cluster }])))).toEqual(failure(/\/nowhere\/ca\.crt/));
  });

  test('credentials that are not accepted', async () => {
    const api = await fakeApi();
    api.answer = json(401, { message: 'Unauthorized' });
    expect(await pin(file(kubeconfig([{ name: 'x', cluster: { server: api.server } }])))).toEqual(
      failure(/does not accept these credentials \(401\): Unauthorized/, /Log in/),
    );
  });

  test('a certificate of somebody else', async () => {
    const api = await fakeApi({ cert: pki.certificate, key: pki.key });
    const other = await createServingCertificate();
    const cluster = {
      server: api.server,
      'certificate-authority-data': Buffer.from(other.authority).toString('base64'),
    };
    expect(await pin(file(kubeconfig([{ name: 'x', cluster, user: {} }])))).toEqual(
      failure(/certificate of https:\/\/127\.0\.0\.1:\d+ was not accepted/, /clock/),
    );
    expect(api.seen).toEqual([]);
  });

  test('nobody there, and a login page in between', async () => {
    expect(await pin(file(kubeconfig([{ name: 'x', cluster: { server: 'http://127.0.0.1:1' } }])))).toEqual(
      failure(/refused/),
    );
    const api = await fakeApi();
    api.answer = (_, response) => response.end('<html>Please log in</html>');
    expect(await pin(file(kubeconfig([{ name: 'x', cluster: { server: api.server } }])))).toEqual(
      failure(/does not speak the Kubernetes API/),
    );
  });

  test('a credential plugin that fails, in its own words made safe; one that is missing', async () => {
    const base = folder();
    const plugin = file(
      '#!/bin/sh\nprintf "\\033[31mtoken expired, run login\\033[0m\\n" >&2\nexit 1\n',
      'plugin',
      base,
    );
    chmodSync(plugin, 0o700);
    const cluster = { server: 'http://127.0.0.1:1' };
    const user = (command: string) => ({ exec: { apiVersion: 'client.authentication.k8s.io/v1', command } });
    expect(await pin(file(kubeconfig([{ name: 'x', cluster, user: user(plugin) }])))).toEqual(
      failure(/^Signing in to the cluster failed: token expired, run login\.$/, /Log in again/),
    );
    expect(
      await pin(file(kubeconfig([{ name: 'x', cluster, user: user('no-such-plugin-anywhere') }]))),
    ).toEqual(failure(/needs a program that is not there/, /Install/));
  });
});

test('a request goes through the proxy of the environment', async () => {
  const api = await fakeApi();
  const proxy = await tunnel(api.port);
  const path = file(kubeconfig([{ name: 'x', cluster: { server: 'http://cluster.example:8080' } }]));
  expect(await pin(path, undefined, { HTTP_PROXY: proxy.url })).toMatchObject({
    ok: true,
    pin: { uid: 'uid-1' },
  });
  expect(proxy.asked).toEqual(['cluster.example:8080']);
});

/** A proxy that leads every connection to one port, and remembers where it was meant to go. */
async function tunnel(port: number): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer();
  server.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    const onward = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [onward, socket]) end.on('error', () => end.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}
