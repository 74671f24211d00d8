import { X509Certificate } from 'node:crypto';
import { Agent, request } from 'node:https';
import { BlockList } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { factsOf } from '../../src/linkerd/facts.ts';
import { type Practice, startPractice } from '../../src/practice/start-practice.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers have many shapes
type Any = any;

interface Answer {
  readonly code: number;
  readonly type: string;
  readonly body: Any;
}

interface CallOptions {
  readonly body?: object;
  /** A client of built-in kinds prefers protobuf; one of custom resources asks for JSON. */
  readonly accept?: string;
  /** Ends a watch when it has seen enough. */
  readonly until?: (events: Any[]) => boolean;
}

const typed = 'application/vnd.kubernetes.protobuf,application/json';
const anything = 'application/vnd.kubernetes.protobuf, */*';

/** Calls as the Go client of `linkerd` makes them. */
function caller(practice: Practice) {
  const config = parse(practice.kubeconfig);
  const ca = Buffer.from(config.clusters[0].cluster['certificate-authority-data'], 'base64');
  const token: string = config.users[0].user.token;
  const agent = new Agent({ keepAlive: true, ca });
  const call = (path: string, { body, accept = typed, until }: CallOptions = {}) =>
    new Promise<Answer>((resolve, reject) => {
      const headers = {
        accept,
        authorization: `Bearer ${token}`,
        'user-agent': 'linkerd/v0.0.0 (linux/amd64) kubernetes/$Format',
        'accept-encoding': 'identity',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      };
      const options = { method: body === undefined ? 'GET' : 'POST', headers, agent };
      const sent = request(new URL(path, practice.url), options, (message) => {
        let text = '';
        message.setEncoding('utf8');
        message.on('error', reject);
        const type = String(message.headers['content-type']);
        const code = message.statusCode ?? 0;
        message.on('data', (chunk: string) => {
          text += chunk;
          if (until === undefined) return;
          const events = text
            .split('\n')
            .slice(0, -1)
            .map((line) => JSON.parse(line));
          if (!until(events)) return;
          message.removeAllListeners('error').on('error', () => undefined);
          sent.destroy();
          resolve({ code, type, body: events });
        });
        message.on('end', () =>
          resolve({
            code,
            type,
            body: type.includes('json') && until === undefined ? JSON.parse(text) : text,
          }),
        );
      });
      sent.on('error', (error) => (until === undefined ? reject(error) : undefined));
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  return { call, close: () => agent.destroy() };
}

const timeout = 'timeout=30s';
const controlPlane = 'linkerd.io/control-plane-ns';
const selected = (selector: string) => `labelSelector=${encodeURIComponent(selector)}`;
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const ADMISSION = '/apis/admissionregistration.k8s.io/v1';
const days = (certificate: X509Certificate) =>
  (new Date(certificate.validTo).getTime() - Date.now()) / 86_400_000;
const decoded = (text: string) => Buffer.from(text, 'base64').toString('utf8');

const worlds = [
  { mesh: 'stable-2.13.7', ha: false },
  { mesh: 'stable-2.14.10', ha: true },
  { mesh: 'edge-25.10.7', ha: false },
];

describe.each(worlds)('what `linkerd` of $mesh (HA: $ha) asks', ({ mesh, ha }) => {
  let practice: Practice;
  let client: ReturnType<typeof caller>;
  const ok = async (path: string, options?: CallOptions): Promise<Any> => {
    const { code, type, body } = await client.call(path, options);
    expect({ path, code, type, body: code < 300 ? '' : body }).toMatchObject({
      code: options?.body ? 201 : 200,
      type: expect.stringContaining('application/json'),
      body: '',
    });
    return body;
  };
  /** All of a kind, as a list whose kind and version say so. */
  const list = async (path: string): Promise<Any[]> => {
    const body = await ok(path);
    expect(body.kind).toMatch(/List$/);
    expect(body.metadata.resourceVersion).toMatch(/^\d+$/);
    return body.items;
  };
  const names = async (path: string) => (await list(path)).map((each) => each.metadata.name).sort();
  const config = async () =>
    parse((await ok(`/api/v1/namespaces/linkerd/configmaps/linkerd-config?${timeout}`)).data.values);

  beforeAll(async () => {
    practice = await startPractice({ mesh, ha });
    client = caller(practice);
  });
  afterAll(async () => {
    client?.close();
    await practice?.stop();
  });

  describe('check --pre', () => {
    test('the version is new enough, the discovery of endpoint slices is there', async () => {
      const version = await ok(`/version?${timeout}`, { accept: 'application/json, */*' });
      expect(version).toMatchObject({ major: '1', gitVersion: expect.stringMatching(/^v1\.\d+\.\d+/) });
      expect(Number.parseInt(version.minor, 10)).toBeGreaterThanOrEqual(23);
      const slices = await ok(`/apis/discovery.k8s.io/v1?${timeout}`, { accept: 'application/json, */*' });
      expect(slices).toMatchObject({ kind: 'APIResourceList', groupVersion: 'discovery.k8s.io/v1' });
      expect(slices.resources).toContainEqual(
        expect.objectContaining({ name: 'endpointslices', kind: 'EndpointSlice', namespaced: true }),
      );
    });

    test('a namespace that is not there is a 404 that Go knows', async () => {
      const { code, body } = await client.call(`/api/v1/namespaces/linkerd-none?${timeout}`, {
        accept: anything,
      });
      expect({ code, body }).toMatchObject({
        code: 404,
        body: {
          kind: 'Status',
          apiVersion: 'v1',
          status: 'Failure',
          reason: 'NotFound',
          code: 404,
          details: { name: 'linkerd-none', kind: 'namespaces' },
        },
      });
    });

    const metadata = { name: 'linkerd-check-pre' };
    const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }];
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'linkerd-check-pre' };
    const subjects = [{ kind: 'ServiceAccount', name: 'linkerd', namespace: 'linkerd-none' }];
    test.each([
      ['/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata }],
      [
        `${RBAC}/clusterroles`,
        { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata, rules },
      ],
      [
        `${RBAC}/clusterrolebindings`,
        {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'ClusterRoleBinding',
          metadata,
          roleRef,
          subjects,
        },
      ],
      [
        `${ADMISSION}/validatingwebhookconfigurations`,
        {
          apiVersion: 'admissionregistration.k8s.io/v1',
          kind: 'ValidatingWebhookConfiguration',
          metadata,
          webhooks: [],
        },
      ],
      [
        `${ADMISSION}/mutatingwebhookconfigurations`,
        {
          apiVersion: 'admissionregistration.k8s.io/v1',
          kind: 'MutatingWebhookConfiguration',
          metadata,
          webhooks: [],
        },
      ],
    ])('a dry run at %s answers as if it had been made, and makes nothing', async (path, body) => {
      expect(await ok(`${path}?dryRun=All&${timeout}`, { body })).toMatchObject({
        kind: body.kind,
        metadata: { name: metadata.name, uid: expect.any(String) },
      });
      expect((await client.call(`${path}/${metadata.name}`)).code).toBe(404);
    });

    test.each([
      ['', 'v1', 'serviceaccounts', 'create'],
      ['', 'v1', 'services', 'create'],
      ['apps', 'v1', 'deployments', 'create'],
      ['batch', 'v1beta1', 'cronjobs', 'create'],
      ['', 'v1', 'configmaps', 'create'],
      ['', 'v1', 'secrets', 'create'],
      ['', 'v1', 'secrets', 'get'],
    ])('an access review: %s/%s %s, %s', async (group, version, resource, verb) => {
      const resourceAttributes = { namespace: 'linkerd', verb, group, version, resource };
      const body = {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        metadata: {},
        spec: { resourceAttributes },
      };
      const review = await ok(`/apis/authorization.k8s.io/v1/selfsubjectaccessreviews?${timeout}`, { body });
      expect(review).toMatchObject({ kind: 'SelfSubjectAccessReview', status: { allowed: true } });
    });

    test('the front proxy has an authority', async () => {
      const { data } = await ok(
        `/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication?${timeout}`,
      );
      expect(new X509Certificate(data['requestheader-client-ca-file']).ca).toBe(true);
    });

    test('the clocks of the nodes agree with ours', async () => {
      const nodes = await list(`/api/v1/nodes?${timeout}`);
      expect(nodes.length).toBeGreaterThan(0);
      for (const node of nodes) {
        expect(node.spec.podCIDR).toMatch(/\/24$/);
        expect(node.status.nodeInfo.containerRuntimeVersion).toMatch(/^containerd:/);
        const ready = node.status.conditions.find((each: Any) => each.type === 'Ready');
        expect(ready.status).toBe('True');
        expect(Math.abs(Date.now() - Date.parse(ready.lastHeartbeatTime))).toBeLessThan(5 * 60_000);
      }
    });
  });

  describe('install and upgrade', () => {
    test('each CRD by its name, in the version it needs, established', async () => {
      for (const { name, versions } of factsOf(mesh).crds) {
        const crd = await ok(`/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}?${timeout}`, {
          accept: 'application/json, */*',
        });
        expect(crd.spec.versions.map((each: Any) => each.name)).toEqual(
          expect.arrayContaining([...versions]),
        );
        expect(crd.status.conditions).toContainEqual(
          expect.objectContaining({ type: 'Established', status: 'True' }),
        );
        expect(crd.status.storedVersions.length).toBeGreaterThan(0);
      }
    });

    test('the stored overrides hold the issuer with its key', async () => {
      const secret = await ok(`/api/v1/namespaces/linkerd/secrets/linkerd-config-overrides?${timeout}`);
      const overrides = parse(decoded(secret.data['linkerd-config-overrides']));
      expect(overrides.identity.issuer.tls.keyPEM).toMatch(/^-----BEGIN EC PRIVATE KEY-----/);
      expect(overrides.identityTrustAnchorsPEM).toMatch(/^-----BEGIN CERTIFICATE-----/);
      expect({ ha: (overrides.controllerReplicas ?? 1) >= 3 }).toEqual({ ha });
    });

    test('endpoint slices of the whole cluster, the pods of the mesh', async () => {
      const slices = await list(`/apis/discovery.k8s.io/v1/endpointslices?limit=1&${timeout}`);
      expect(slices.length).toBe(1);
      const pods = await list(`/api/v1/pods?${selected(controlPlane)}&${timeout}`);
      expect(pods.length).toBeGreaterThan(3);
      for (const pod of pods) expect(pod.metadata.labels[controlPlane]).toBe('linkerd');
    });
  });

  describe('version and check', () => {
    test('the ConfigMap with the version that runs', async () => {
      const values = await config();
      expect(values.linkerdVersion).toBe(mesh);
      expect(JSON.stringify(values)).not.toContain('PRIVATE KEY');
    });

    const kinds = (facts: ReturnType<typeof factsOf>) =>
      [
        [`/api/v1/namespaces/linkerd/serviceaccounts`, facts.objects.ServiceAccount],
        [`${RBAC}/clusterroles`, facts.objects.ClusterRole],
        [`${RBAC}/clusterrolebindings`, facts.objects.ClusterRoleBinding],
        [`${ADMISSION}/mutatingwebhookconfigurations`, facts.objects.MutatingWebhookConfiguration],
        [`${ADMISSION}/validatingwebhookconfigurations`, facts.objects.ValidatingWebhookConfiguration],
      ] as const;
    test('all objects of the control plane by its label, without those of the CNI plugin', async () => {
      const selector = selected(`${controlPlane},!linkerd.io/cni-resource`);
      for (const [path, expected] of kinds(factsOf(mesh))) {
        expect(await names(`${path}?${selector}&${timeout}`)).toEqual(
          expect.arrayContaining([...(expected ?? [])]),
        );
      }
    });

    test('replica sets and pods of the control plane are ready, with the images of the version', async () => {
      const sets = await list(`/apis/apps/v1/namespaces/linkerd/replicasets?${timeout}`);
      for (const set of sets) expect(set.status.readyReplicas ?? 0).toBe(set.spec.replicas);
      const pods = await list(
        `/api/v1/namespaces/linkerd/pods?${selected('linkerd.io/control-plane-component')}&${timeout}`,
      );
      for (const component of ['destination', 'identity', 'proxy-injector']) {
        const own = pods.filter(
          (pod) => pod.metadata.labels['linkerd.io/control-plane-component'] === component,
        );
        expect({ component, pods: own.length }).toEqual({ component, pods: ha ? 3 : 1 });
      }
      for (const pod of pods.filter((each) => each.status.phase !== 'Succeeded')) {
        expect(pod.status.phase).toBe('Running');
        expect(pod.status.conditions).toContainEqual(
          expect.objectContaining({ type: 'PodScheduled', status: 'True' }),
        );
        expect(pod.status.containerStatuses.map((each: Any) => each.ready)).not.toContain(false);
        const proxy = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find(
          (each: Any) => each.name === 'linkerd-proxy',
        );
        expect(proxy.image).toBe(`cr.l5d.io/linkerd/proxy:${mesh}`);
        expect(pod.metadata.annotations['linkerd.io/proxy-version'] ?? mesh).toBe(mesh);
      }
    });

    test('cluster networks hold all nodes, pods and services', async () => {
      const networks = new BlockList();
      for (const block of String((await config()).clusterNetworks).split(',')) {
        const [address = '', bits = ''] = block.split('/');
        networks.addSubnet(address, Number(bits), address.includes(':') ? 'ipv6' : 'ipv4');
      }
      const outside = (address: string) => !networks.check(address, address.includes(':') ? 'ipv6' : 'ipv4');
      const nodes = (await list(`/api/v1/nodes?${timeout}`)).map((each) => each.spec.podCIDR.split('/')[0]);
      const pods = (await list(`/api/v1/pods?${timeout}`))
        .filter((pod) => !pod.spec.hostNetwork)
        .map((pod) => pod.status.podIP);
      const services = (await list(`/api/v1/services?${timeout}`))
        .map((each) => each.spec.clusterIP)
        .filter((ip) => ip && ip !== 'None');
      expect(services.length).toBeGreaterThan(5);
      expect([...nodes, ...pods.filter(Boolean), ...services].filter(outside)).toEqual([]);
    });

    test('the issuer is signed by the roots, both for long enough', async () => {
      const roots = (
        await ok(`/api/v1/namespaces/linkerd/configmaps/linkerd-identity-trust-roots?${timeout}`)
      ).data['ca-bundle.crt'];
      const { data, type } = await ok(
        `/api/v1/namespaces/linkerd/secrets/linkerd-identity-issuer?${timeout}`,
      );
      expect({ type, scheme: (await config()).identity.issuer.scheme }).toEqual({
        type: 'Opaque',
        scheme: 'linkerd.io/tls',
      });
      const root = new X509Certificate(roots);
      const issuer = new X509Certificate(decoded(data['crt.pem']));
      expect(issuer.verify(root.publicKey) && issuer.checkIssued(root) && issuer.ca && root.ca).toBe(true);
      for (const each of [root, issuer]) {
        expect(each.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
        expect(days(each)).toBeGreaterThan(60);
        expect(Date.parse(each.validFrom)).toBeLessThan(Date.now());
      }
      expect(issuer.subjectAltName).toContain('identity.linkerd.cluster.local');
    });

    test.each([
      ['proxy-injector', 'mutating'],
      ['sp-validator', 'validating'],
      ['policy-validator', 'validating'],
    ])('the certificate of %s is the one the API server trusts', async (name, kind) => {
      const { webhooks } = await ok(
        `${ADMISSION}/${kind}webhookconfigurations/linkerd-${name}-webhook-config?${timeout}`,
      );
      expect(webhooks).toHaveLength(1);
      const { caBundle, service } = webhooks[0].clientConfig;
      expect(service).toMatchObject({ name: `linkerd-${name}`, namespace: 'linkerd' });
      const { data, type } = await ok(
        `/api/v1/namespaces/linkerd/secrets/linkerd-${name}-k8s-tls?${timeout}`,
      );
      expect(type).toBe('kubernetes.io/tls');
      const leaf = new X509Certificate(decoded(data['tls.crt']));
      expect(leaf.verify(new X509Certificate(decoded(caBundle)).publicKey)).toBe(true);
      expect(leaf.checkHost(`linkerd-${name}.linkerd.svc`)).toBe(`linkerd-${name}.linkerd.svc`);
      expect(days(leaf)).toBeGreaterThan(60);
    });

    test('proxies of the data plane trust the roots of now', async () => {
      const roots = (await ok('/api/v1/namespaces/linkerd/configmaps/linkerd-identity-trust-roots')).data[
        'ca-bundle.crt'
      ].trim();
      const pods = await list(`/api/v1/pods?${selected(controlPlane)}&${timeout}`);
      const anchors = pods.flatMap((pod) =>
        [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]
          .filter((each: Any) => each.name === 'linkerd-proxy')
          .map((proxy: Any) =>
            proxy.env.find((one: Any) => one.name === 'LINKERD2_PROXY_IDENTITY_TRUST_ANCHORS'),
          ),
      );
      expect(anchors.length).toBeGreaterThan(3);
      for (const anchor of anchors) {
        if (anchor.value === undefined)
          expect(anchor.valueFrom.configMapKeyRef).toEqual({
            name: 'linkerd-identity-trust-roots',
            key: 'ca-bundle.crt',
          });
        else expect(anchor.value.trim()).toBe(roots);
      }
    });

    test('namespaces of extensions', async () => {
      const found = await list(`/api/v1/namespaces?${selected('linkerd.io/extension')}&${timeout}`);
      for (const each of found) expect(each.metadata.labels['linkerd.io/extension']).toMatch(/^[a-z]+$/);
      expect((await ok('/api/v1/namespaces/linkerd')).metadata.name).toBe('linkerd');
    });
  });

  describe('check --proxy', () => {
    test.each(['services', 'endpoints', 'pods'])(
      'an informer of %s: a list, then a watch',
      async (resource) => {
        const all = await ok(`/api/v1/${resource}?limit=500&resourceVersion=0`);
        expect(all.items.length).toBeGreaterThan(5);
        const query = `allowWatchBookmarks=true&resourceVersion=${all.metadata.resourceVersion}&timeoutSeconds=423&watch=true`;
        const [item] = all.items;
        const seen = client.call(`/api/v1/${resource}?${query}`, {
          until: (events) => events.some((each) => each.object.metadata.name === item.metadata.name),
        });
        const ref = { apiVersion: 'v1', resource, namespace: item.metadata.namespace };
        await practice.client.patch(ref, item.metadata.name, 'merge', {
          metadata: { annotations: { seen: 'yes' } },
        });
        const { code, type, body } = await seen;
        expect({ code, type }).toEqual({ code: 200, type: expect.stringContaining('application/json') });
        expect(body.at(-1)).toMatchObject({
          type: 'MODIFIED',
          object: { metadata: { annotations: { seen: 'yes' } } },
        });
      },
    );

    test('pods of the data plane are ready, and their services are labelled as they should be', async () => {
      const pods = await list(`/api/v1/pods?${selected(`${controlPlane}=linkerd`)}&${timeout}`);
      for (const pod of pods.filter((each) => each.status.phase === 'Running')) {
        const statuses = [...pod.status.containerStatuses, ...(pod.status.initContainerStatuses ?? [])];
        expect(statuses.find((each: Any) => each.name === 'linkerd-proxy')).toMatchObject({ ready: true });
        expect(
          Object.keys(pod.metadata.labels).filter((each) => each.startsWith('config.linkerd.io/')),
        ).toEqual([]);
      }
      for (const service of await list(`/api/v1/services?${timeout}`)) {
        const { labels = {}, annotations = {} } = service.metadata;
        expect(Object.keys(labels).filter((each) => each.startsWith('config.linkerd.io/'))).toEqual([]);
        expect(annotations['linkerd.io/inject']).toBeUndefined();
      }
    });

    test('the API server has endpoints of its own', async () => {
      const endpoints = await ok(`/api/v1/namespaces/default/endpoints/kubernetes?${timeout}`);
      expect(endpoints.subsets[0].addresses[0].ip).toMatch(/^\d+\./);
    });
  });

  describe('prune', () => {
    const paths = [
      ...['configmaps', 'secrets', 'services', 'serviceaccounts', 'replicationcontrollers'].map(
        (each) => `/api/v1/${each}`,
      ),
      ...['daemonsets', 'deployments', 'statefulsets'].map((each) => `/apis/apps/v1/${each}`),
      ...['cronjobs', 'jobs'].map((each) => `/apis/batch/v1/${each}`),
      ...['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'].map((each) => `${RBAC}/${each}`),
      ...['mutating', 'validating'].map((each) => `${ADMISSION}/${each}webhookconfigurations`),
      '/apis/policy/v1/poddisruptionbudgets',
      '/apis/apiregistration.k8s.io/v1/apiservices',
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    ];
    test.each(paths)('%s', async (path) => {
      for (const each of await list(`${path}?${selected(controlPlane)}`))
        expect(each.metadata.labels[controlPlane]).toBe('linkerd');
    });

    test('finds all objects of the release, and nothing that Linkerd has not', async () => {
      const { objects, haObjects } = factsOf(mesh);
      expect(await names(`/apis/apps/v1/deployments?${selected(`${controlPlane}=linkerd`)}`)).toEqual(
        expect.arrayContaining([...(objects.Deployment ?? [])]),
      );
      const budgets = await names(`/apis/policy/v1/poddisruptionbudgets?${selected(controlPlane)}`);
      expect(budgets).toEqual(ha ? [...(haObjects.PodDisruptionBudget ?? [])].sort() : []);
    });

    test("Linkerd's own kinds, and a 404 for one that is not installed", async () => {
      for (const crd of await list(
        `/apis/apiextensions.k8s.io/v1/customresourcedefinitions?${selected(controlPlane)}`,
      )) {
        const served = crd.spec.versions.filter((each: Any) => each.served).at(-1).name;
        const found = await client.call(
          `/apis/${crd.spec.group}/${served}/${crd.spec.names.plural}?${selected(controlPlane)}`,
          { accept: 'application/json' },
        );
        expect(found.code).toBe(200);
        expect(found.body.kind).toBe(`${crd.spec.names.kind}List`);
      }
      expect((await client.call('/apis/policy/v1beta1/podsecuritypolicies')).code).toBe(404);
    });
  });
});
