import { X509Certificate } from 'node:crypto';
import { matchesLabels, matchesSelector } from '../../rollout/label-selector.ts';
import type { AdmissionFunction, AdmissionRequest } from '../api/options.ts';
import type { Clock } from '../clock.ts';
import { KubeError, type KubeObject } from '../kube-client.ts';
import { injectProxy, markTap } from './injector.ts';
import { isReady } from './pods.ts';
import type { Caches } from './resources.ts';

/** What decides whether the API server can reach a webhook. */
export interface WebhookWorld {
  readonly caches: Caches;
  readonly clock: Clock;
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

const checked = new Map<string, string | undefined>();

/** What TLS has against the certificate that a webhook serves, in the words of Go's library. */
function certificateProblem(serving: string, bundle: string, host: string, now: number): string | undefined {
  const key = `${serving}\n${bundle}`;
  if (!checked.has(key)) {
    if (checked.size > 20) checked.clear();
    checked.set(key, authorityProblem(serving, bundle));
  }
  const problem = checked.get(key);
  if (problem !== undefined) return problem;
  try {
    const certificate = new X509Certificate(Buffer.from(serving, 'base64'));
    const from = Date.parse(certificate.validFrom);
    const until = Date.parse(certificate.validTo);
    const at = `${new Date(now).toISOString().slice(0, 19)}Z`;
    const failed = 'tls: failed to verify certificate: x509:';
    if (now > until)
      return `${failed} certificate has expired or is not yet valid: current time ${at} is after ${new Date(until).toISOString().slice(0, 19)}Z`;
    if (now < from - 60_000)
      return `${failed} certificate has expired or is not yet valid: current time ${at} is before ${new Date(from).toISOString().slice(0, 19)}Z`;
    return certificate.checkHost(host) === undefined
      ? `${failed} certificate is not valid for ${host}`
      : undefined;
  } catch {
    return 'remote error: tls: internal error';
  }
}

function authorityProblem(serving: string, bundle: string): string | undefined {
  const unknown = 'tls: failed to verify certificate: x509: certificate signed by unknown authority';
  try {
    const certificate = new X509Certificate(Buffer.from(serving, 'base64'));
    const authorities = Buffer.from(bundle, 'base64')
      .toString()
      .split(/(?<=-----END CERTIFICATE-----)/)
      .filter((pem) => pem.includes('BEGIN CERTIFICATE'))
      .map((pem) => new X509Certificate(pem));
    const trusted = authorities.some(
      (authority) =>
        authority.fingerprint256 === certificate.fingerprint256 || certificate.verify(authority.publicKey),
    );
    return trusted ? undefined : unknown;
  } catch {
    return unknown;
  }
}

/** Why a webhook cannot be called, as the API server says it at the end of its message; undefined where it answers. */
function callProblem(hook: Hook, world: WebhookWorld): string | undefined {
  const { caches, clock } = world;
  const { namespace, name } = hook.clientConfig.service;
  const service = caches.services.get(namespace, name);
  if (service === undefined) return `service ${JSON.stringify(name)} not found`;
  const interference = world.interfere?.({ namespace, name });
  if (backends(caches, namespace, service).length === 0) {
    return `no endpoints available for service ${JSON.stringify(name)}`;
  }
  if (interference !== undefined) return interference;
  const secret = caches.secrets.get(namespace, `${name}-k8s-tls`);
  const serving = secret?.data?.['tls.crt'];
  const bundle = hook.clientConfig.caBundle;
  if (typeof serving !== 'string' || typeof bundle !== 'string') return undefined;
  return certificateProblem(serving, bundle, `${name}.${namespace}.svc`, clock.now());
}

/** The refusal when a webhook with failurePolicy Fail does not answer. */
function failedCall(hook: Hook, problem: string): KubeError {
  const { namespace, name, path = '/', port = 443 } = hook.clientConfig.service;
  const url = `https://${name}.${namespace}.svc:${port}${path}?timeout=${hook.timeoutSeconds ?? 10}s`;
  return new KubeError({
    code: 500,
    reason: 'InternalError',
    message: `Internal error occurred: failed calling webhook ${JSON.stringify(hook.name)}: failed to call webhook: Post ${JSON.stringify(url)}: ${problem}`,
  });
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
