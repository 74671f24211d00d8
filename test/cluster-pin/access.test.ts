import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { checkAccess, serverVersion } from '../../src/cluster/access/access.ts';
import { fakeApi, json } from './fake-api.ts';

const config = (server: string) =>
  stringify({
    'current-context': 'x',
    contexts: [{ name: 'x', context: { cluster: 'x', user: 'x' } }],
    clusters: [{ name: 'x', cluster: { server } }],
    users: [{ name: 'x', user: { token: 't' } }],
  });

interface Review {
  readonly spec: { readonly resourceAttributes: Record<string, string> };
}

test('asks for each access and gives the answers in order', async () => {
  const api = await fakeApi();
  api.answer = (request, response) => {
    const { resourceAttributes: asked } = (JSON.parse(request.body) as Review).spec;
    const status =
      asked.verb === 'get'
        ? { allowed: true }
        : asked.verb === 'delete'
          ? { allowed: false, reason: 'no role \u001b[1mallows it' }
          : { allowed: false, evaluationError: 'webhook timed out' };
    json(201, { status })(request, response);
  };
  const wanted = [
    { verb: 'get', resource: 'pods/log', namespace: 'linkerd' },
    { verb: 'delete', resource: 'deployments' },
    { verb: 'patch', resource: 'servers.policy.linkerd.io', namespace: 'linkerd' },
    ...Array.from({ length: 20 }, () => ({ verb: 'get', resource: '*' })),
  ];
  const answers = await checkAccess(config(api.server), wanted, {});
  expect(answers.slice(0, 3)).toEqual([
    { type: 'allowed' },
    { type: 'denied', why: 'no role allows it' },
    { type: 'unknown', why: 'webhook timed out' },
  ]);
  expect(answers).toHaveLength(23);
  const asked = api.seen.map(({ body }) => (JSON.parse(body) as Review).spec.resourceAttributes);
  expect(asked).toContainEqual({
    verb: 'get',
    resource: 'pods',
    subresource: 'log',
    group: '',
    namespace: 'linkerd',
  });
  expect(asked).toContainEqual({ verb: 'delete', resource: 'deployments', group: 'apps' });
  expect(asked).toContainEqual({
    verb: 'patch',
    resource: 'servers',
    group: 'policy.linkerd.io',
    namespace: 'linkerd',
  });
  expect(asked).toContainEqual({ verb: 'get', resource: '*', group: '*' });
});

test('what cannot be asked is unknown, with the reason', async () => {
  expect(await checkAccess(config('http://127.0.0.1:1'), [{ verb: 'get', resource: 'pods' }], {})).toEqual([
    { type: 'unknown', why: expect.stringContaining('refused') },
  ]);
  const api = await fakeApi();
  api.answer = (_, response) => response.end('no JSON');
  expect(await checkAccess(config(api.server), [{ verb: 'get', resource: 'pods' }], {})).toEqual([
    { type: 'unknown', why: expect.stringContaining('not the Kubernetes API') },
  ]);
});

test('the server version', async () => {
  const api = await fakeApi();
  api.answer = json(200, { major: '1', gitVersion: 'v1.34.1' });
  expect(await serverVersion(config(api.server), {})).toEqual({ ok: true, version: '1.34.1' });
  api.answer = json(200, {});
  expect(await serverVersion(config(api.server), {})).toMatchObject({ ok: false });
  expect(await serverVersion(config('http://127.0.0.1:1'), {})).toMatchObject({
    ok: false,
    why: expect.stringContaining('refused'),
  });
});
