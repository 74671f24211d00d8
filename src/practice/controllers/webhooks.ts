import { matchesLabels, matchesSelector } from '../../rollout/label-selector.ts';
import type { AdmissionFunction, AdmissionRequest } from '../api/options.ts';
import type { Clock } from '../clock.ts';
import { KubeError, type KubeObject } from '../kube-client.ts';
import type { Connectivity } from './connectivity.ts';
import { injectProxy, markTap } from './injector.ts';
import { isReady } from './pods.ts';
import type { Caches } from './resources.ts';
import { certificateProblem } from './webhook-tls.ts';

/** What decides whether the API server can reach a webhook. */
export interface WebhookWorld {
  readonly caches: Caches;
  readonly clock: Clock;
  readonly connectivity: Connectivity;
  /** Fails calls in ways that objects do not show, such as a network that drops them: the tail of the API server's message. */
  readonly interfere?: (service: { namespace: string; name: string }) => string | undefined;
}

type Hook = KubeObject['spec'];

function matchesRules(hook: Hook, request: AdmissionRequest): boolean {
  const { resource, operation, subresource } = request;
  const plural = subresource === undefined ? resource.plural : `${resource.plural}/${subresource}`;
  const takes = (list: readonly string[] | undefined, value: string) =>
    (list ?? []).some((each) => each === '*' || each === value || (each === '*/*' && value !== ''));
  return (hook.rules ?? []).some(
    (rule: Hook) =>
      takes(rule.operations, operation) &&
      takes(rule.apiGroups, resource.group) &&
      takes(rule.apiVersions, resource.version) &&
      takes(rule.resources, plural),
  );
}

function matchesScope(hook: Hook, request: AdmissionRequest, caches: Caches): boolean {
  const name = request.resource.kind === 'Namespace' ? request.name : request.namespace;
  if (name !== undefined && hook.namespaceSelector !== undefined) {
    const namespace = caches.namespaces.get(undefined, name) ?? request.object;
    const labels = { 'kubernetes.io/metadata.name': name, ...namespace.metadata.labels };
    if (!matchesSelector(hook.namespaceSelector, labels)) return false;
  }
  return (
    hook.objectSelector === undefined || matchesSelector(hook.objectSelector, request.object.metadata.labels)
  );
}

/** Ready pods behind a webhook's Service. */
function backends(caches: Caches, namespace: string, service: KubeObject): KubeObject[] {
  const selector = (service.spec?.selector ?? {}) as Record<string, string>;
  return caches.pods
    .list(namespace)
    .filter(
      (pod) =>
        matchesLabels(selector, pod.metadata.labels) &&
        isReady(pod) &&
        pod.metadata.deletionTimestamp === undefined,
    );
}

/** Why a webhook cannot be called, as the API server says it at the end of its message, and when it gives up. */
interface CallProblem {
  readonly text: string;
  readonly at?: number;
}

/** What can be asked of a webhook's Service by annotation: a firewall of no object that drops (`timeout`) or refuses (`refused`) the call. */
const UNREACHABLE = 'practice.handrail.dev/unreachable';

/** Undefined where the webhook answers. */
function callProblem(hook: Hook, world: WebhookWorld): CallProblem | undefined {
  const { caches, clock, connectivity } = world;
  const { namespace, name, port = 443 } = hook.clientConfig.service;
  const service = caches.services.get(namespace, name);
  if (service === undefined) return { text: `service ${JSON.stringify(name)} not found` };
  const interference = world.interfere?.({ namespace, name });
  if (backends(caches, namespace, service).length === 0) {
    return { text: `no endpoints available for service ${JSON.stringify(name)}` };
  }
  if (interference !== undefined) return { text: interference };
  const firewall = service.metadata.annotations?.[UNREACHABLE];
  if (firewall === 'refused') {
    return { text: `dial tcp ${service.spec?.clusterIP}:${port}: connect: connection refused` };
  }
  if (firewall === 'timeout' || !connectivity.apiServerReaches({ namespace, name }, port)) {
    return { text: 'context deadline exceeded', at: clock.moment(timeoutSeconds(hook) * 1000) };
  }
  const secret = caches.secrets.get(namespace, `${name}-k8s-tls`);
  const serving = secret?.data?.['tls.crt'];
  const bundle = hook.clientConfig.caBundle;
  if (typeof serving !== 'string' || typeof bundle !== 'string') return undefined;
  const text = certificateProblem(serving, bundle, `${name}.${namespace}.svc`, clock.now());
  return text === undefined ? undefined : { text };
}

const timeoutSeconds = (hook: Hook): number => hook.timeoutSeconds ?? 10;

/** The refusal when a webhook with failurePolicy Fail does not answer. */
function failedCall(hook: Hook, { text, at }: CallProblem): KubeError {
  const { namespace, name, path = '/', port = 443 } = hook.clientConfig.service;
  const url = `https://${name}.${namespace}.svc:${port}${path}?timeout=${timeoutSeconds(hook)}s`;
  const status = {
    code: 500,
    reason: 'InternalError',
    message: `Internal error occurred: failed calling webhook ${JSON.stringify(hook.name)}: failed to call webhook: Post ${JSON.stringify(url)}: ${text}`,
  };
  return new KubeError(status, at);
}

/** Admission by the webhooks that are configured: whether their services answer is read off the cluster, and the proxy injector does its work. */
export function webhookAdmission(world: WebhookWorld): AdmissionFunction {
  const { caches } = world;
  return (request) => {
    const configured = [
      ...caches.mutatingwebhookconfigurations.list().map((each) => ({ configuration: each, mutating: true })),
      ...caches.validatingwebhookconfigurations
        .list()
        .map((each) => ({ configuration: each, mutating: false })),
    ];
    for (const { configuration, mutating } of configured) {
      for (const hook of (configuration.webhooks ?? []) as Hook[]) {
        if (hook.clientConfig?.service === undefined) continue;
        if (!matchesRules(hook, request) || !matchesScope(hook, request, caches)) continue;
        const problem = callProblem(hook, world);
        if (problem !== undefined) {
          if (hook.failurePolicy === 'Ignore') continue;
          throw failedCall(hook, problem);
        }
        if (!mutating || request.resource.plural !== 'pods' || request.operation !== 'CREATE') continue;
        const { namespace, name } = hook.clientConfig.service;
        const service = caches.services.get(namespace, name);
        const pods = service === undefined ? [] : backends(caches, namespace, service);
        if (name === 'linkerd-proxy-injector') injectProxy(request.object, namespace, pods, caches);
        if (name === 'tap-injector') markTap(request.object);
      }
    }
  };
}
