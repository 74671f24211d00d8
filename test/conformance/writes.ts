/** Creates, updates, patches, dry runs and deletions, and the Status of every refusal. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from './backend.ts';
import {
  apply,
  configMap,
  json,
  merge,
  post,
  put,
  refusal,
  remove,
  statusOf,
  strategic,
  workload,
} from './objects.ts';
import type { Ask } from './wire.ts';

const SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const REJECTED = 'the server rejected our request due to an error in our request';

interface Cause {
  readonly field: string;
  readonly message: string;
  readonly reason: string;
}
const value = (field: string, message: string): Cause => ({
  field,
  message: `Invalid value: ${message}`,
  reason: 'FieldValueInvalid',
});
const missing = (field: string, why = ''): Cause => ({
  field,
  message: `Required value${why && `: ${why}`}`,
  reason: 'FieldValueRequired',
});
const unknown = (field: string, message: string): Cause => ({
  field,
  message: `Unsupported value: ${message}`,
  reason: 'FieldValueNotSupported',
});

/** The 422 for a Deployment with these causes. */
function invalid(name: string, ...causes: Cause[]) {
  const lines = causes.map((each) => `${each.field}: ${each.message}`);
  const all = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`;
  return refusal(422, 'Invalid', `Deployment.apps "${name}" is invalid: ${all}`, {
    name,
    group: 'apps',
    kind: 'Deployment',
    causes,
  });
}
const optionsInvalid = (kind: string, cause: Cause) =>
  refusal(422, 'Invalid', `${kind}.meta.k8s.io "" is invalid: ${cause.field}: ${cause.message}`, {
    group: 'meta.k8s.io',
    kind,
    causes: [cause],
  });
const about = (name: string) => ({ name, kind: 'configmaps' });

/** `backend` is called within the tests only. */
export function describeWrites(backend: () => Backend): void {
  let namespace = '';
  let maps = '';
  let deployments = '';
  const ask: Backend['admin']['ask'] = (path, how) => backend().admin.ask(path, how);
  const refused = async (path: string, how: Ask) => {
    const answer = await ask(path, how);
    expect(answer.code).toBe(answer.json?.code);
    return statusOf(answer);
  };

  beforeAll(async () => {
    namespace = await backend().namespace();
    maps = `/api/v1/namespaces/${namespace}/configmaps`;
    deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`;
    await ask(maps, post(configMap('there')));
    await ask(deployments, post(workload('web', { spec: { replicas: 0 } })));
  });

  describe('creating', () => {
    test('gives what is stored, with what the server adds', async () => {
      const answer = await ask(deployments, post(workload('fresh', { spec: { replicas: 0 } })));
      expect(answer.code).toBe(201);
      const { managedFields, ...metadata } = answer.json.metadata;
      expect(managedFields).toMatchObject([{ manager: 'conformance', operation: 'Update' }]);
      expect({ ...answer.json, metadata }).toEqual({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: {
          name: 'fresh',
          namespace,
          uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
          resourceVersion: expect.stringMatching(/^\d+$/),
          generation: 1,
          creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        },
        spec: {
          replicas: 0,
          progressDeadlineSeconds: 600,
          revisionHistoryLimit: 10,
          selector: { matchLabels: { app: 'fresh' } },
          strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
          template: {
            metadata: { labels: { app: 'fresh' } },
            spec: {
              containers: [
                {
                  name: 'web',
                  image: 'nginx:1.27',
                  imagePullPolicy: 'IfNotPresent',
                  resources: {},
                  terminationMessagePath: '/dev/termination-log',
                  terminationMessagePolicy: 'File',
                },
              ],
              dnsPolicy: 'ClusterFirst',
              restartPolicy: 'Always',
              schedulerName: 'default-scheduler',
              securityContext: {},
              terminationGracePeriodSeconds: 30,
            },
          },
        },
        status: {},
      });
    });

    test('twice is a conflict', async () => {
      expect(await refused(maps, post(configMap('there')))).toEqual(
        refusal(409, 'AlreadyExists', 'configmaps "there" already exists', about('there')),
      );
      expect(await refused(deployments, post(workload('web')))).toEqual(
        refusal(409, 'AlreadyExists', 'deployments.apps "web" already exists', {
          name: 'web',
          group: 'apps',
          kind: 'deployments',
        }),
      );
    });

    test('needs a namespace that is there', async () => {
      expect(await refused('/api/v1/namespaces/nowhere/configmaps', post(configMap('x')))).toEqual(
        refusal(404, 'NotFound', 'namespaces "nowhere" not found', { name: 'nowhere', kind: 'namespaces' }),
      );
    });

    test('needs a name', async () => {
      const nameless = { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} };
      const why = 'name or generateName is required';
      expect(await refused(maps, post(nameless))).toEqual(
        refusal(422, 'Invalid', `ConfigMap "" is invalid: metadata.name: Required value: ${why}`, {
          kind: 'ConfigMap',
          causes: [missing('metadata.name', why)],
        }),
      );
      expect(await refused(maps, post(configMap('Bad_Name')))).toMatchObject({
        code: 422,
        details: { causes: [value('metadata.name', `"Bad_Name": ${SUBDOMAIN}`)] },
      });
    });

    test('refuses labels that are none', async () => {
      const { details } = await refused(maps, post(configMap('x', { labels: { 'a b': 'c d' } })));
      expect(details.causes.map(({ field, message }: Cause) => [field, message.split(':')[1]])).toEqual([
        ['metadata.labels', ' "a b"'],
        ['metadata.labels', ' "c d"'],
      ]);
    });

    test.each([
      [
        'another namespace',
        configMap('x', { namespace: 'default' }),
        400,
        'the namespace of the provided object does not match the namespace sent on the request',
      ],
      [
        'another kind',
        { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' } },
        400,
        'Secret in version "v1" cannot be handled as a ConfigMap: converting (v1.Secret) to (core.ConfigMap): unknown conversion',
      ],
      [
        'a number for a text',
        { ...configMap('x'), data: { a: 1 } },
        400,
        'ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
      ],
      [
        'what is no JSON',
        '{bad',
        400,
        expect.stringMatching(
          /^the object provided is unrecognized \(must be of type ConfigMap\): couldn't get version\/kind; json parse error: .* \(\{bad\)$/,
        ),
      ],
      [
        'nothing',
        '',
        400,
        "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)",
      ],
    ])('with %s makes no sense', async (_what, body, code, message) => {
      expect(await refused(maps, post(body))).toEqual(refusal(code, 'BadRequest', message));
    });

    test('at a version is refused, without a reason', async () => {
      const message = 'resourceVersion should not be set on objects to be created';
      expect(await refused(maps, post(configMap('x', { resourceVersion: '5' })))).toEqual(
        refusal(500, undefined, message),
      );
    });

    test('takes only forms that hold objects', async () => {
      const known = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';
      expect(await refused(maps, { ...post('x'), contentType: 'text/plain' })).toEqual(
        refusal(
          415,
          'UnsupportedMediaType',
          `the body of the request was in an unknown format - accepted media types include: ${known}`,
        ),
      );
    });

    const template = (name: string, container: object, pod: object = {}) => ({
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'w', image: 'nginx', ...container }], ...pod },
      },
    });
    test.each([
      [
        'a selector of other pods',
        { selector: { matchLabels: { app: 'other' } } },
        [value('spec.template.metadata.labels', '{"app":"x"}: `selector` does not match template `labels`')],
      ],
      [
        'neither selector nor template',
        { selector: undefined, template: undefined },
        [
          missing('spec.selector'),
          value('spec.template.metadata.labels', 'null: `selector` does not match template `labels`'),
          missing('spec.template.spec.containers'),
        ],
      ],
      [
        'less than no replicas',
        { replicas: -1 },
        [value('spec.replicas', '-1: must be greater than or equal to 0')],
      ],
      [
        'an unknown strategy',
        { strategy: { type: 'Bogus' } },
        [
          unknown(
            'spec.strategy',
            '{"Type":"Bogus","RollingUpdate":null}: supported values: "Recreate", "RollingUpdate"',
          ),
        ],
      ],
      [
        'a strategy that cannot move',
        { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } },
        [value('spec.strategy.rollingUpdate.maxUnavailable', '0: may not be 0 when `maxSurge` is 0')],
      ],
      [
        'a deadline before anything can be available',
        { minReadySeconds: 700, progressDeadlineSeconds: 600 },
        [value('spec.progressDeadlineSeconds', '600: must be greater than minReadySeconds')],
      ],
      [
        'requests above limits',
        template('x', { resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } }),
        [
          value(
            'spec.template.spec.containers[0].resources.requests',
            '"2": must be less than or equal to cpu limit of 1',
          ),
        ],
      ],
      [
        'pods that end',
        template('x', { imagePullPolicy: 'Bogus' }, { restartPolicy: 'Never' }),
        [
          unknown(
            'spec.template.spec.containers[0].imagePullPolicy',
            '"Bogus": supported values: "Always", "IfNotPresent", "Never"',
          ),
          unknown('spec.template.spec.restartPolicy', '"Never": supported values: "Always"'),
        ],
      ],
      [
        'a container without an image',
        template('x', { image: '' }),
        [missing('spec.template.spec.containers[0].image')],
      ],
      [
        'one name for two containers, of which one comes first',
        template('x', {}, { initContainers: [{ name: 'w', image: 'nginx' }] }),
        [
          {
            field: 'spec.template.spec.initContainers[0].name',
            message: 'Duplicate value: "w"',
            reason: 'FieldValueDuplicate',
          },
        ],
      ],
    ])('a Deployment with %s is invalid', async (_what, spec, causes) => {
      expect(await refused(deployments, post(workload('x', { spec })))).toEqual(invalid('x', ...causes));
    });

    test.each([
      [
        { replicas: 'x' },
        'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
      ],
      [
        template('x', { resources: { requests: { memory: 'lots' } } }),
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
      ],
    ])('a Deployment that cannot be read is refused: %o', async (spec, why) => {
      const message = `Deployment in version "v1" cannot be handled as a Deployment: ${why}`;
      expect(await refused(deployments, post(workload('x', { spec })))).toEqual(
        refusal(400, 'BadRequest', message),
      );
    });
  });

  describe('updating', () => {
    test('from an old version is a conflict', async () => {
      const why =
        'Operation cannot be fulfilled on configmaps "there": the object has been modified; please apply your changes to the latest version and try again';
      const old = configMap('there', { resourceVersion: '1' });
      expect(await refused(`${maps}/there`, put(old))).toEqual(refusal(409, 'Conflict', why, about('there')));
      expect(await refused(`${maps}/there`, merge({ metadata: { resourceVersion: '1' }, data: {} }))).toEqual(
        refusal(409, 'Conflict', why, about('there')),
      );
    });

    test('another object of that name is a conflict', async () => {
      expect(await refused(`${maps}/there`, put(configMap('there', { uid: 'nope' })))).toEqual(
        refusal(
          409,
          'Conflict',
          expect.stringMatching(
            /^Operation cannot be fulfilled on configmaps "there": StorageError: invalid object, Code: 4, Key: \/registry\/configmaps\/test-\w+\/there, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: nope, UID in object meta: [0-9a-f-]+$/,
          ),
          about('there'),
        ),
      );
    });

    test('under another name makes no sense', async () => {
      const why = 'the name of the object (other) does not match the name on the URL (there)';
      expect(await refused(`${maps}/there`, put(configMap('other')))).toEqual(
        refusal(400, 'BadRequest', why),
      );
      expect(await refused(`${maps}/there`, merge({ metadata: { name: 'other' } }))).toEqual(
        refusal(400, 'BadRequest', why),
      );
    });

    test('what is not there is 404', async () => {
      const expected = refusal(404, 'NotFound', 'configmaps "none" not found', about('none'));
      expect(await refused(`${maps}/none`, put(configMap('none')))).toEqual(expected);
      expect(await refused(`${maps}/none`, merge({}))).toEqual(expected);
      expect(await refused(`${maps}/none`, remove())).toEqual(expected);
      expect(await refused(`${maps}/none`, {})).toEqual(expected);
    });

    test('all at once is not allowed', async () => {
      expect(await refused(maps, put(configMap('there')))).toEqual(
        refusal(
          405,
          'MethodNotAllowed',
          'the server does not allow this method on the requested resource',
          {},
        ),
      );
    });

    test('a selector is refused: it is immutable', async () => {
      const other = { matchLabels: { app: 'other' } };
      const changed = workload('web', { spec: { selector: other } });
      changed.spec.template.metadata.labels = { app: 'other' };
      const answer = await refused(`${deployments}/web`, put(changed));
      expect(answer).toEqual(
        invalid('web', value('spec.selector', '{"matchLabels":{"app":"other"}}: field is immutable')),
      );
    });

    test('the spec counts as a new generation, metadata and status do not', async () => {
      const generation = async (how: Ask, path = '') =>
        (await ask(`${deployments}/web${path}`, how)).json.metadata.generation as number;
      const before = await generation({});
      expect(await generation(merge({ metadata: { labels: { a: 'b' } } }))).toBe(before);
      expect(await generation(merge({ spec: { minReadySeconds: 1 } }))).toBe(before + 1);
      expect(await generation(merge({ spec: { minReadySeconds: 1 } }))).toBe(before + 1);
      expect(await generation(merge({ status: { collisionCount: 1 } }), '/status')).toBe(before + 1);
    });
  });

  describe('patches', () => {
    test('json: what does not apply is refused as a whole', async () => {
      await ask(maps, post(configMap('listed', {}, { a: '1' })));
      const expected = refusal(422, 'Invalid', REJECTED, {});
      const put = { op: 'add', path: '/data/b', value: '2' };
      for (const operation of [
        { op: 'test', path: '/data/a', value: '9' },
        { op: 'remove', path: '/data/none' },
        { op: 'add', path: '/none/x', value: '1' },
        { op: 'bogus', path: '/data/a' },
      ])
        expect(await refused(`${maps}/listed`, json([put, operation]))).toEqual(expected);
      expect((await ask(`${maps}/listed`)).json.data).toEqual({ a: '1' });
      const good = [{ op: 'test', path: '/data/a', value: '1' }, put, { op: 'remove', path: '/data/a' }];
      expect((await ask(`${maps}/listed`, json(good))).json.data).toEqual({ b: '2' });
      const replace = [{ op: 'replace', path: '/data/c', value: '3' }];
      expect((await ask(`${maps}/listed`, json(replace))).json.data).toEqual({ b: '2', c: '3' });
      expect(await refused(`${maps}/listed`, json({ a: 1 }))).toMatchObject({
        code: 400,
        reason: 'BadRequest',
        message: expect.stringMatching(/^error decoding patch: json: cannot unmarshal object/),
      });
    });

    test('merge: null takes away, everything else is put in place', async () => {
      await ask(maps, post(configMap('merged', {}, { a: '1', b: '2' })));
      const { json: after } = await ask(`${maps}/merged`, merge({ data: { a: null, c: '3' } }));
      expect(after.data).toEqual({ b: '2', c: '3' });
      expect(await refused(`${maps}/merged`, merge([1]))).toMatchObject({
        code: 400,
        message: expect.stringMatching(/^error decoding patch: json: cannot unmarshal array/),
      });
      expect(await refused(`${maps}/merged`, merge('{bad'))).toMatchObject({
        code: 400,
        message: expect.stringMatching(/^error decoding patch: /),
      });
      expect(await refused(`${maps}/merged`, merge({ metadata: { uid: 'nope' } }))).toMatchObject({
        code: 422,
        message: 'ConfigMap "merged" is invalid: metadata.uid: Invalid value: "nope": field is immutable',
      });
    });

    test('strategic: containers are merged by their name', async () => {
      const containers = async (list: object[]) => {
        const patch = strategic({ spec: { template: { spec: { containers: list } } } });
        const { json: after } = await ask(`${deployments}/web`, patch);
        return after.spec.template.spec.containers.map(({ name, image, env }: Record<string, unknown>) => ({
          name,
          image,
          env,
        }));
      };
      const env = [{ name: 'A', value: '1' }];
      const side = { name: 'side', image: 'busybox' };
      expect(await containers([{ name: 'web', env }, side])).toEqual([
        { name: 'web', image: 'nginx:1.27', env },
        side,
      ]);
      expect(await containers([{ name: 'side', $patch: 'delete' }])).toEqual([
        { name: 'web', image: 'nginx:1.27', env },
      ]);
      const nameless = strategic({ spec: { template: { spec: { containers: [{ image: 'noname' }] } } } });
      expect(await refused(`${deployments}/web`, nameless)).toEqual(
        refusal(500, undefined, 'map: map[image:noname] does not contain declared merge key: name'),
      );
    });

    test('apply: fields have owners, and another one needs force', async () => {
      const by = (manager: string, data: object, more = '') =>
        ask(`${maps}/applied?fieldManager=${manager}${more}`, apply(configMap('applied', {}, data)));
      expect((await by('one', { a: '1', b: '1' })).code).toBe(201);
      expect(statusOf(await by('two', { a: '2' }))).toEqual(
        refusal(409, 'Conflict', 'Apply failed with 1 conflict: conflict with "one": .data.a', {
          causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.data.a' }],
        }),
      );
      expect(statusOf(await by('two', { a: '2', b: '2' })).message).toBe(
        'Apply failed with 2 conflicts: conflicts with "one":\n- .data.a\n- .data.b',
      );
      expect((await by('two', { a: '2' }, '&force=true')).json.data).toEqual({ a: '2', b: '1' });
      // What its owner no longer applies goes.
      expect((await by('one', { c: '3' })).json.data).toEqual({ a: '2', c: '3' });
      expect((await by('two', { a: '2' })).code).toBe(200);
    });

    test('apply needs to know who applies, and what', async () => {
      const cause = missing('fieldManager', 'is required for apply patch');
      expect(await refused(`${maps}/x`, apply(configMap('x')))).toEqual(
        optionsInvalid('PatchOptions', cause),
      );
      const one = `${maps}/x?fieldManager=one`;
      expect(await refused(one, apply({ metadata: { name: 'x' } }))).toEqual(
        refusal(400, 'BadRequest', 'invalid object type: /, Kind='),
      );
      expect(await refused(one, apply(configMap('x', { managedFields: [] })))).toEqual(
        refusal(400, 'BadRequest', 'metadata.managedFields must be nil'),
      );
      expect(await refused(one, apply('a: ['))).toMatchObject({
        code: 400,
        message: expect.stringMatching(/^error decoding YAML: error converting YAML to JSON: /),
      });
    });

    test('have to say of what kind they are, and only apply can be forced', async () => {
      const plain = { method: 'PATCH', contentType: 'application/json', body: {} };
      expect(await refused(`${maps}/there`, plain)).toEqual(
        refusal(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {}),
      );
      const cause = {
        field: 'force',
        message: 'Forbidden: may not be specified for non-apply patch',
        reason: 'FieldValueForbidden',
      };
      expect(await refused(`${maps}/there?force=true`, merge({}))).toEqual(
        optionsInvalid('PatchOptions', cause),
      );
    });
  });

  describe('a dry run', () => {
    test('answers as if, and keeps nothing', async () => {
      const made = await ask(`${maps}?dryRun=All`, post(configMap('dry')));
      expect(made.code).toBe(201);
      expect(made.json.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
      expect(made.json.metadata.resourceVersion).toBeUndefined();
      expect((await ask(`${maps}/dry`)).code).toBe(404);
      const applied = await ask(`${maps}/dry?dryRun=All&fieldManager=one`, apply(configMap('dry')));
      expect(applied.code).toBe(201);
      expect((await ask(`${maps}/dry`)).code).toBe(404);
      const before = (await ask(`${maps}/there`)).json;
      const changed = await ask(`${maps}/there?dryRun=All`, merge({ data: { a: '9' } }));
      expect(changed.json.data.a).toBe('9');
      expect(changed.json.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
      expect((await ask(`${maps}/there?dryRun=All`, remove())).code).toBe(200);
      expect((await ask(`${maps}/there`)).json).toEqual(before);
    });

    test('is refused for the same reasons', async () => {
      expect((await ask(`${maps}?dryRun=All`, post(configMap('there')))).code).toBe(409);
      expect((await ask(`${maps}?dryRun=All`, post(configMap('Bad')))).code).toBe(422);
      expect(
        (await ask(`${deployments}?dryRun=All`, post(workload('x', { spec: { replicas: -1 } })))).code,
      ).toBe(422);
    });

    test('is judged by admission as well', async () => {
      const labels = { 'pod-security.kubernetes.io/enforce': 'baseline' };
      const strict = await backend().namespace({ labels });
      const pod = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'host' },
        spec: { hostNetwork: true, containers: [{ name: 'web', image: 'nginx:1.27' }] },
      };
      expect(await refused(`/api/v1/namespaces/${strict}/pods?dryRun=All`, post(pod))).toEqual(
        refusal(
          403,
          'Forbidden',
          'pods "host" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostNetwork=true)',
          { name: 'host', kind: 'pods' },
        ),
      );
    });

    test('is of everything or of nothing', async () => {
      const cause = unknown('dryRun', '["Bogus"]: supported values: "All"');
      expect(await refused(`${maps}?dryRun=Bogus`, post(configMap('dry')))).toEqual(
        optionsInvalid('CreateOptions', cause),
      );
    });
  });

  describe('deleting', () => {
    test('says what went', async () => {
      const made = await ask(maps, post(configMap('going')));
      const gone = await ask(`${maps}/going`, remove());
      expect(gone.json).toEqual({
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Success',
        details: { name: 'going', kind: 'configmaps', uid: made.json.metadata.uid },
      });
    });

    test('only what is meant', async () => {
      const byUid = remove({ preconditions: { uid: 'nope' } });
      const details = { name: 'there', kind: 'ConfigMap' };
      expect(await refused(`${maps}/there`, byUid)).toEqual(
        refusal(
          409,
          'Conflict',
          expect.stringMatching(
            /^Operation cannot be fulfilled on ConfigMap "there": the UID in the precondition \(nope\) does not match the UID in record \([0-9a-f-]+\)\. The object might have been deleted and then recreated$/,
          ),
          details,
        ),
      );
      const byVersion = remove({ preconditions: { resourceVersion: '1' } });
      expect(await refused(`${maps}/there`, byVersion)).toEqual(
        refusal(
          409,
          'Conflict',
          expect.stringMatching(
            /: the ResourceVersion in the precondition \(1\) does not match the ResourceVersion in record \(\d+\)\. The object might have been modified$/,
          ),
          details,
        ),
      );
      expect((await ask(`${maps}/there`)).code).toBe(200);
    });

    test('in a way that there is', async () => {
      const cause = unknown(
        'propagationPolicy',
        '"Bogus": supported values: "Foreground", "Background", "Orphan", "nil"',
      );
      expect(await refused(`${maps}/there`, remove({ propagationPolicy: 'Bogus' }))).toEqual(
        optionsInvalid('DeleteOptions', cause),
      );
    });

    test('all that are selected', async () => {
      for (const name of ['p', 'q']) await ask(maps, post(configMap(name, { labels: { batch: 'one' } })));
      const { json: gone } = await ask(`${maps}?labelSelector=batch%3Done`, remove());
      expect(gone.items.map((each: { metadata: { name: string } }) => each.metadata.name)).toEqual([
        'p',
        'q',
      ]);
      expect((await ask(`${maps}?labelSelector=batch%3Done`)).json.items).toEqual([]);
    });

    test('what a finalizer holds only marks it', async () => {
      await ask(maps, post(configMap('held', { finalizers: ['example.io/hold'] })));
      const held = (await ask(`${maps}/held`, remove())).json;
      expect(held).toMatchObject({ kind: 'ConfigMap', metadata: { deletionGracePeriodSeconds: 0 } });
      expect(held.metadata.deletionTimestamp).toBeDefined();
      await ask(`${maps}/held`, merge({ metadata: { finalizers: null } }));
      expect((await ask(`${maps}/held`)).code).toBe(404);
    });
  });

  describe('paths', () => {
    test('that lead nowhere', async () => {
      const nowhere = refusal(404, 'NotFound', 'the server could not find the requested resource', {});
      expect(await refused('/api/v1/nope', {})).toEqual(nowhere);
      expect(await refused('/api/v1/configmaps/there', {})).toEqual(nowhere);
      expect(await refused(`${maps}/there/status`, {})).toEqual(nowhere);
      const page = await ask('/nope');
      expect([page.code, page.headers['content-type'], page.text]).toEqual([
        404,
        'text/plain; charset=utf-8',
        '404 page not found\n',
      ]);
      expect((await ask('/api/v1/namespaces/nowhere/configmaps')).json.items).toEqual([]);
    });
  });

  describe('somebody who may only look', () => {
    test('is told who they are, and what they may not do', async () => {
      const { viewer } = backend();
      const pods = `/api/v1/namespaces/${namespace}/pods`;
      expect((await viewer.ask(pods)).code).toBe(200);
      const denied = async (path: string, how: Ask = {}) => {
        const answer = await viewer.ask(path, how);
        expect(answer.code).toBe(403);
        return statusOf(answer);
      };
      const user = (message: string) => message.replace(/User "[^"]+"/, 'User "X"');
      const secrets = `/api/v1/namespaces/${namespace}/secrets`;
      const list = await denied(secrets);
      expect({ ...list, message: user(list.message) }).toEqual(
        refusal(
          403,
          'Forbidden',
          `secrets is forbidden: User "X" cannot list resource "secrets" in API group "" in the namespace "${namespace}"`,
          { kind: 'secrets' },
        ),
      );
      expect(user((await denied('/api/v1/secrets')).message)).toBe(
        'secrets is forbidden: User "X" cannot list resource "secrets" in API group "" at the cluster scope',
      );
      const restart = await denied(`${deployments}/web`, strategic({ spec: { paused: true } }));
      expect({ ...restart, message: user(restart.message) }).toEqual(
        refusal(
          403,
          'Forbidden',
          `deployments.apps "web" is forbidden: User "X" cannot patch resource "deployments" in API group "apps" in the namespace "${namespace}"`,
          { name: 'web', group: 'apps', kind: 'deployments' },
        ),
      );
      const watch = await viewer.watch(`${secrets}?watch=true`, () => true);
      expect(user(watch.refusal?.json.message)).toContain('User "X" cannot watch resource "secrets"');
      expect((await denied(`${pods}?dryRun=All`, post({}))).reason).toBe('Forbidden');
    });
  });
}
