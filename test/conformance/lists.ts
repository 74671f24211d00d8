/** Lists and watches: what they select, in what form they come, and what they may not ask for. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from './backend.ts';
import { configMap, merge, post, refusal, remove, statusOf } from './objects.ts';
import type { Seen } from './wire.ts';

const TABLE = 'application/json;as=Table;g=meta.k8s.io;v=v1';
const PARTIAL_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
const PARTIAL = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';

const options = (causes: readonly { field: string; message: string; reason: string }[]) => {
  const lines = causes.map(({ field, message }) => `${field}: ${message}`);
  const all = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`;
  const details = { group: 'meta.k8s.io', kind: 'ListOptions', causes };
  return refusal(422, 'Invalid', `ListOptions.meta.k8s.io "" is invalid: ${all}`, details);
};
const forbidden = (field: string, why: string) => ({
  reason: 'FieldValueForbidden',
  message: `Forbidden: ${why}`,
  field,
});

/** `backend` is called within the tests only. */
export function describeLists(backend: () => Backend): void {
  let maps = '';
  const ask: Backend['admin']['ask'] = (path, how) => backend().admin.ask(path, how);
  // biome-ignore lint/suspicious/noExplicitAny: items of any kind
  const names = (list: any) => list.items.map((each: any) => each.metadata.name);

  beforeAll(async () => {
    maps = `/api/v1/namespaces/${await backend().namespace()}/configmaps`;
    for (const [index, name] of ['a', 'b', 'c', 'd', 'e'].entries())
      await ask(maps, post(configMap(name, { labels: { tier: index % 2 ? 'odd' : 'even', test: 'yes' } })));
  });

  describe('lists', () => {
    test.each([
      ['labelSelector=tier%3Dodd', ['b', 'd']],
      ['labelSelector=tier+in+(odd),test', ['b', 'd']],
      ['labelSelector=tier!%3Dodd,test', ['a', 'c', 'e']],
      ['labelSelector=tier+notin+(odd,other),test', ['a', 'c', 'e']],
      ['labelSelector=!nothing,test', ['a', 'b', 'c', 'd', 'e']],
      ['fieldSelector=metadata.name%3Dc', ['c']],
      ['fieldSelector=metadata.name!%3Dc&labelSelector=test', ['a', 'b', 'd', 'e']],
    ])('%s', async (query, expected) => {
      const { code, json } = await ask(`${maps}?${query}`);
      expect({ code, names: names(json) }).toEqual({ code: 200, names: expected });
    });

    test('say what they are once, not in each item', async () => {
      const { json } = await ask(`${maps}?fieldSelector=metadata.name%3Da`);
      expect(json).toMatchObject({ kind: 'ConfigMapList', apiVersion: 'v1' });
      expect(json.metadata.resourceVersion).toMatch(/^\d+$/);
      expect(Object.keys(json.items[0]).sort()).toEqual(['data', 'metadata']);
    });

    test('come in pages, of one version, with how many are left', async () => {
      const first = await ask(`${maps}?limit=2&labelSelector=test`);
      expect(names(first.json)).toEqual(['a', 'b']);
      // With a selector the server does not count what is left.
      const all = await ask(`${maps}?limit=2`);
      expect(all.json.metadata.remainingItemCount).toBe(4);
      await ask(`${maps}/e`, merge({ metadata: { labels: { seen: 'late' } } }));
      const { continue: token } = first.json.metadata;
      const second = await ask(`${maps}?limit=9&labelSelector=test&continue=${encodeURIComponent(token)}`);
      expect(names(second.json)).toEqual(['c', 'd', 'e']);
      expect(second.json.metadata.resourceVersion).toBe(first.json.metadata.resourceVersion);
      expect(second.json.metadata.continue).toBeUndefined();
    });

    test('are whole when any version will do', async () => {
      const { json } = await ask(`${maps}?limit=2&resourceVersion=0&labelSelector=test`);
      expect(names(json)).toEqual(['a', 'b', 'c', 'd', 'e']);
      expect(json.metadata.continue).toBeUndefined();
    });

    test('can be of the metadata alone', async () => {
      const { json } = await ask(`${maps}?labelSelector=test`, { accept: PARTIAL_LIST });
      expect(json).toMatchObject({ kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1' });
      expect(json.items[0]).toMatchObject({
        kind: 'PartialObjectMetadata',
        apiVersion: 'meta.k8s.io/v1',
        metadata: { name: 'a', labels: { tier: 'even' } },
      });
      expect(json.items[0].data).toBeUndefined();
      const one = await ask(`${maps}/a`, { accept: PARTIAL });
      expect(one.json).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'a' } });
    });

    test.each([
      ['', { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1' }],
      ['&includeObject=Metadata', { kind: 'PartialObjectMetadata' }],
      ['&includeObject=Object', { kind: 'ConfigMap', data: { a: '1' } }],
      ['&includeObject=None', null],
    ])('can be tables%s', async (include, object) => {
      const { json } = await ask(`${maps}?fieldSelector=metadata.name%3Da${include}`, { accept: TABLE });
      expect(json).toMatchObject({ kind: 'Table', apiVersion: 'meta.k8s.io/v1' });
      expect(
        json.columnDefinitions.map(({ name, format, priority }: Record<string, unknown>) => [
          name,
          format,
          priority,
        ]),
      ).toEqual([
        ['Name', 'name', 0],
        ['Data', '', 0],
        ['Age', '', 0],
      ]);
      expect(json.rows[0].cells.slice(0, 2)).toEqual(['a', 1]);
      expect(json.rows[0].cells[2]).toMatch(/^\d+s$/);
      if (object === null) expect(json.rows[0].object).toBeNull();
      else expect(json.rows[0].object).toMatchObject(object);
    });

    test('are packed when they are large and the client can unpack them', async () => {
      await ask(maps, post(configMap('large', {}, { text: 'x'.repeat(200_000) })));
      const packed = await ask(maps, { gzip: true });
      expect(packed.headers['content-encoding']).toBe('gzip');
      expect(names(packed.json)).toContain('large');
      expect((await ask(maps)).headers['content-encoding']).toBeUndefined();
      const small = await ask(`${maps}/a`, { gzip: true });
      expect(small.headers['content-encoding']).toBeUndefined();
      await ask(`${maps}/large`, remove());
    });

    test.each([
      [
        'fieldSelector=data.a%3D1',
        refusal(
          400,
          'BadRequest',
          '"data.a" is not a known field selector: only "metadata.name", "metadata.namespace"',
        ),
      ],
      ['fieldSelector=foo', refusal(400, 'BadRequest', "invalid selector: 'foo'; can't understand 'foo'")],
      ['limit=x', refusal(400, 'BadRequest', 'strconv.ParseInt: parsing "x": invalid syntax')],
      [
        'limit=2&continue=bogus',
        refusal(
          400,
          'BadRequest',
          expect.stringMatching(/^invalid continue token: continue key is not valid: /),
        ),
      ],
      [
        'resourceVersion=abc',
        refusal(
          400,
          'BadRequest',
          'invalid resource version: resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax',
        ),
      ],
      [
        'resourceVersionMatch=Exact',
        options([
          forbidden(
            'resourceVersionMatch',
            'resourceVersionMatch is forbidden unless resourceVersion is provided',
          ),
        ]),
      ],
      [
        'resourceVersionMatch=Exact&resourceVersion=0',
        options([
          forbidden(
            'resourceVersionMatch',
            'resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
          ),
        ]),
      ],
      [
        'resourceVersionMatch=Bogus&resourceVersion=1',
        options([
          {
            reason: 'FieldValueNotSupported',
            message: 'Unsupported value: "Bogus": supported values: "Exact", "NotOlderThan", ""',
            field: 'resourceVersionMatch',
          },
        ]),
      ],
      [
        'sendInitialEvents=true',
        options([forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list')]),
      ],
    ])('are refused with %s', async (query, expected) => {
      const answer = await ask(`${maps}?${query}`);
      expect(answer.code).toBe(expected.code);
      expect(statusOf(answer)).toEqual(expected);
    });

    test('of a version that is not there yet are not answered', async () => {
      expect(statusOf(await ask(`${maps}?resourceVersion=999999999`))).toEqual(
        refusal(
          504,
          'Timeout',
          expect.stringMatching(/^Timeout: Too large resource version: 999999999, current: \d+$/),
          {
            causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
            retryAfterSeconds: 1,
          },
        ),
      );
    });

    test('field selectors that a kind does not have are refused in the words of its group', async () => {
      const message = async (path: string) => (await ask(`${path}?fieldSelector=bogus%3Dx`)).json.message;
      expect(await message('/api/v1/pods')).toBe('field label not supported: bogus');
      expect(await message('/apis/batch/v1/jobs')).toBe('field label "bogus" not supported for Job');
      expect(await message('/apis/apps/v1/replicasets')).toBe(
        '"bogus" is not a known field selector: only "metadata.name", "metadata.namespace"',
      );
    });
  });

  describe('watches', () => {
    const types = (seen: readonly Seen[]) =>
      seen.map(({ type, object }) => `${type} ${object.metadata.name}`);
    const watch = (query: string, enough: (seen: readonly Seen[]) => boolean, accept?: string) =>
      backend().admin.watch(`${maps}?watch=true&${query}`, enough, accept === undefined ? {} : { accept });

    test('go on from a version, and tell of what starts and stops to match as coming and going', async () => {
      const { resourceVersion } = (await ask(maps)).json.metadata;
      await ask(maps, post(configMap('moving', { labels: { stage: 'one' } })));
      await ask(`${maps}/moving`, merge({ data: { a: '2' } }));
      await ask(`${maps}/moving`, merge({ metadata: { labels: { stage: 'two' } } }));
      await ask(`${maps}/moving`, merge({ metadata: { labels: { stage: 'one' } } }));
      await ask(`${maps}/moving`, remove());
      const { seen } = await watch(
        `resourceVersion=${resourceVersion}&labelSelector=stage%3Done`,
        (events) => events.length === 5,
      );
      expect(types(seen)).toEqual([
        'ADDED moving',
        'MODIFIED moving',
        'DELETED moving',
        'ADDED moving',
        'DELETED moving',
      ]);
      expect(seen[0]?.object).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1', data: { a: '1' } });
      // The last state that matched, with the version of the change that ended it.
      expect(seen[2]?.object.metadata.labels).toEqual({ stage: 'one' });
      const versions = seen.map(({ object }) => Number(object.metadata.resourceVersion));
      expect(versions).toEqual([...versions].sort((a, b) => a - b));
      expect(new Set(versions).size).toBe(5);
    });

    test('start with everything when they name no version, and end when their time is up', async () => {
      const began = Date.now();
      const { seen, ended } = await watch('timeoutSeconds=1&labelSelector=test', () => false);
      expect(ended).toBe(true);
      expect(Date.now() - began).toBeGreaterThan(900);
      expect(types(seen)).toEqual(['ADDED a', 'ADDED b', 'ADDED c', 'ADDED d', 'ADDED e']);
    });

    test('mark the end of what there was, where they allow bookmarks', async () => {
      const query = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&labelSelector=test';
      const { seen } = await watch(`${query}&allowWatchBookmarks=true`, (events) =>
        events.some(({ type }) => type === 'BOOKMARK'),
      );
      expect(seen.map(({ type }) => type)).toEqual(['ADDED', 'ADDED', 'ADDED', 'ADDED', 'ADDED', 'BOOKMARK']);
      const mark = seen.at(-1)?.object;
      expect(mark).toEqual({
        kind: 'ConfigMap',
        apiVersion: 'v1',
        metadata: {
          resourceVersion: expect.stringMatching(/^\d+$/),
          annotations: { 'k8s.io/initial-events-end': 'true' },
        },
      });
      const without = await watch(`${query}&timeoutSeconds=1`, () => false);
      expect(without.seen.some(({ type }) => type === 'BOOKMARK')).toBe(false);
    });

    test('come as tables and as metadata', async () => {
      const one = 'timeoutSeconds=5&fieldSelector=metadata.name%3Da';
      const table = await watch(one, (events) => events.length === 1, TABLE);
      expect(table.seen[0]).toMatchObject({
        type: 'ADDED',
        object: { kind: 'Table', rows: [{ object: { kind: 'PartialObjectMetadata' } }] },
      });
      const partial = await watch(one, (events) => events.length === 1, PARTIAL);
      expect(partial.seen[0]?.object).toMatchObject({
        kind: 'PartialObjectMetadata',
        metadata: { name: 'a' },
      });
    });

    test.each([
      [
        'sendInitialEvents=true',
        options([
          forbidden(
            'resourceVersionMatch',
            'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
          ),
        ]),
      ],
      [
        'sendInitialEvents=true&resourceVersionMatch=Exact',
        options([
          forbidden(
            'resourceVersionMatch',
            'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
          ),
          {
            reason: 'FieldValueNotSupported',
            message: 'Unsupported value: "Exact": supported values: "NotOlderThan"',
            field: 'resourceVersionMatch',
          },
        ]),
      ],
      [
        'resourceVersionMatch=NotOlderThan',
        options([
          forbidden(
            'resourceVersionMatch',
            'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
          ),
        ]),
      ],
      [
        'resourceVersion=abc',
        refusal(
          500,
          undefined,
          'resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax',
        ),
      ],
      ['timeoutSeconds=x', refusal(400, 'BadRequest', 'strconv.ParseInt: parsing "x": invalid syntax')],
    ])('are refused with %s', async (query, expected) => {
      const { refusal: answer } = await watch(query, () => true);
      expect(answer && statusOf(answer)).toEqual(expected);
    });

    test('from a version that is forgotten end with 410, as an event', async () => {
      // What is watched of a definition begins with it, so no version before it is known.
      const group = `g${maps.split('/')[4]?.slice(5)}.example.io`;
      const definition = {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: `things.${group}` },
        spec: {
          group,
          scope: 'Cluster',
          names: { kind: 'Thing', plural: 'things', singular: 'thing', listKind: 'ThingList' },
          versions: [
            {
              name: 'v1',
              served: true,
              storage: true,
              schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object' } } } },
            },
          ],
        },
      };
      const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
      await ask(definitions, post(definition));
      const things = `/apis/${group}/v1/things`;
      try {
        await backend().tools.kubectl(`wait --for=condition=Established crd/things.${group} --timeout=20s`);
        for (let tries = 0; (await ask(things)).code !== 200 && tries < 100; tries += 1);
        const made = await ask(
          things,
          post({ apiVersion: `${group}/v1`, kind: 'Thing', metadata: { name: 't' } }),
        );
        expect(made.code).toBe(201);
        const listed = await ask(things);
        // Custom kinds do say what they are in each item.
        expect(listed.json.items[0]).toMatchObject({ kind: 'Thing', apiVersion: `${group}/v1` });
        const { seen, ended } = await backend().admin.watch(
          `${things}?watch=true&resourceVersion=1&timeoutSeconds=5`,
          () => false,
        );
        expect(ended).toBe(true);
        expect(seen).toEqual([
          {
            type: 'ERROR',
            object: {
              kind: 'Status',
              apiVersion: 'v1',
              metadata: {},
              status: 'Failure',
              message: expect.stringMatching(/^too old resource version: 1 \(\d+\)$/),
              reason: 'Expired',
              code: 410,
            },
          },
        ]);
      } finally {
        await ask(`${definitions}/things.${group}`, remove());
      }
    });
  });
}
