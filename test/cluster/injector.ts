import { randomBytes } from 'node:crypto';
import { createServer } from 'node:https';
import { type AddressInfo, isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { createServingCertificate, createTrust } from '../../src/linkerd/pki.ts';
import { messageOf } from '../../src/practice/controllers/control.ts';
import { createHttpClient } from '../../src/practice/http-client.ts';
import type { KubeClient, KubeObject } from '../../src/practice/kube-client.ts';
import { injection } from './injection.ts';

/**
 * What the webhook does with a call: `inject` its work; `deny` the pod; `error` out with HTTP 500; `hang` until the API server
 * gives up.
 */
type InjectorMode = 'inject' | 'deny' | 'error' | 'hang';

interface InjectorOptions {
  /** The namespaces whose pods it is called for; others of the cluster never notice it. */
  readonly namespaces: readonly string[];
  /** Where its Service and its endpoint are made: one of the test's own. */
  readonly controlPlane: string;
  /** The release that it injects. */
  readonly version?: string;
  readonly failurePolicy?: 'Fail' | 'Ignore';
  /** How long the API server waits for it. */
  readonly timeoutSeconds?: number;
}

/** A proxy injector that the API server calls. */
export interface Injector {
  mode: InjectorMode;
  /** The release that it injects from now on. */
  version: string;
  /** How often it was called. */
  readonly calls: () => number;
  /** Name of its MutatingWebhookConfiguration. */
  readonly configuration: string;
  readonly service: { readonly namespace: string; readonly name: string };
  /** Puts another authority into the configuration, so that its certificate is not trusted; `true` puts the right one back. */
  trust(trusted: boolean): Promise<void>;
  /** Takes its endpoint out of the Service, or puts it back: a control plane whose pods are down. */
  reachable(reachable: boolean): Promise<void>;
  stop(): Promise<void>;
}

const SERVICE = 'linkerd-proxy-injector';
const WEBHOOKS = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  resource: 'mutatingwebhookconfigurations',
};
const encode = (text: string) => Buffer.from(text).toString('base64');

/** An endpoint must not be a loopback address, says the API's validation. */
function ownAddress(): string {
  for (const addresses of Object.values(networkInterfaces()))
    for (const { address, internal } of addresses ?? []) if (!internal && isIPv4(address)) return address;
  throw new Error(
    'This machine has no IPv4 address besides loopback, at which the API server could call a webhook.',
  );
}

/** Starts an injector and configures it, as Linkerd's is: a Service, its endpoint, and the webhook. */
export async function startInjector(kubeconfig: string, options: InjectorOptions): Promise<Injector> {
  const { namespaces, controlPlane, failurePolicy = 'Fail', timeoutSeconds = 10 } = options;
  const client = createHttpClient(kubeconfig);
  const [serving, stranger, { anchorPem }] = await Promise.all([
    createServingCertificate(SERVICE, controlPlane),
    createServingCertificate(SERVICE, controlPlane),
    createTrust(),
  ]);
  let calls = 0;
  const injector = { mode: 'inject' as InjectorMode, version: options.version ?? 'stable-2.14.10' };

  const review = async (pod: KubeObject, namespace: string): Promise<Record<string, unknown>> => {
    if (injector.mode === 'deny')
      return { allowed: false, status: { code: 403, message: 'pods like this one are not let in' } };
    const context = { controlPlane, version: injector.version, anchors: anchorPem, namespace };
    const patch = await injection(client, pod, context);
    if (patch === undefined) return { allowed: true };
    return { allowed: true, patchType: 'JSONPatch', patch: encode(JSON.stringify(patch)) };
  };
  const server = createServer({ cert: serving.certPem, key: serving.keyPem }, async (request, response) => {
    calls += 1;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (injector.mode === 'hang') return;
    if (injector.mode === 'error') {
      response.writeHead(500).end('the injector is unwell');
      return;
    }
    const { apiVersion, kind, request: asked } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    try {
      const verdict = await review(asked.object, asked.namespace);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ apiVersion, kind, response: { uid: asked.uid, ...verdict } }));
    } catch (error) {
      // The API server that it asks may be killed in the middle of a call.
      response.writeHead(500).end(messageOf(error));
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '0.0.0.0', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const configuration = `${SERVICE}-${randomBytes(4).toString('hex')}`;
  const slices = { apiVersion: 'discovery.k8s.io/v1', resource: 'endpointslices', namespace: controlPlane };
  const endpoints = (ready: boolean) => [{ addresses: [ownAddress()], conditions: { ready } }];

  await client.create(
    { apiVersion: 'v1', resource: 'services', namespace: controlPlane },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: SERVICE },
      // No selector: its endpoint is this process.
      spec: { ports: [{ name: 'proxy-injector', port: 443, targetPort: port }] },
    },
  );
  await client.create(slices, {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: SERVICE, labels: { 'kubernetes.io/service-name': SERVICE } },
    addressType: 'IPv4',
    endpoints: endpoints(true),
    ports: [{ name: 'proxy-injector', port, protocol: 'TCP' }],
  });
  await client.create(WEBHOOKS, {
    apiVersion: WEBHOOKS.apiVersion,
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: configuration },
    webhooks: [webhook(namespaces, controlPlane, serving.certPem, { failurePolicy, timeoutSeconds })],
  });

  return Object.assign(injector, {
    calls: () => calls,
    configuration,
    service: { namespace: controlPlane, name: SERVICE },
    async trust(trusted: boolean) {
      const value = encode((trusted ? serving : stranger).certPem);
      const path = '/webhooks/0/clientConfig/caBundle';
      await client.patch(WEBHOOKS, configuration, 'json', [{ op: 'replace', path, value }]);
      // Connections that are open were trusted when they were made.
      server.closeAllConnections();
    },
    async reachable(reachable: boolean) {
      await client.patch(slices, SERVICE, 'merge', { endpoints: reachable ? endpoints(true) : [] });
      server.closeAllConnections();
    },
    async stop() {
      await client.delete(WEBHOOKS, configuration).catch(() => undefined);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      client.close();
    },
  });
}

/** A webhook on a Service that does not exist: what is left of a control plane that somebody half removed. */
export async function configureMissingInjector(
  client: KubeClient,
  namespaces: readonly string[],
  controlPlane: string,
): Promise<{ remove(): Promise<void> }> {
  const name = `${SERVICE}-${randomBytes(4).toString('hex')}`;
  const { certPem } = await createServingCertificate(SERVICE, controlPlane);
  await client.create(WEBHOOKS, {
    apiVersion: WEBHOOKS.apiVersion,
    kind: 'MutatingWebhookConfiguration',
    metadata: { name },
    webhooks: [webhook(namespaces, controlPlane, certPem, { failurePolicy: 'Fail', timeoutSeconds: 10 })],
  });
  return { remove: () => client.delete(WEBHOOKS, name) };
}

function webhook(
  namespaces: readonly string[],
  controlPlane: string,
  authority: string,
  settings: { readonly failurePolicy: string; readonly timeoutSeconds: number },
): Record<string, unknown> {
  return {
    name: `${SERVICE}.linkerd.io`,
    clientConfig: {
      service: { namespace: controlPlane, name: SERVICE, path: '/' },
      caBundle: encode(authority),
    },
    namespaceSelector: {
      matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: namespaces }],
    },
    rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    ...settings,
  };
}
