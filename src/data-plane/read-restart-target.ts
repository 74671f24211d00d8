/** What a restart needs of a workload's object and of a PodDisruptionBudget's. Objects are anybody's: nothing is taken for granted. */

import { PROXY_CONTAINER } from '../linkerd/proxy.ts';
import { asksForProxy } from '../linkerd/who-gets-proxies.ts';
import {
  entry,
  type Json,
  record,
  records,
  text,
  textMap,
  texts,
  whole,
  wholeOrNone,
} from '../rollout/json.ts';
import { kubectlVerdict } from '../rollout/kubectl-status.ts';
import type { LabelSelector } from '../rollout/label-selector.ts';
import type { WorkloadKind } from '../rollout/model.ts';
import { readWorkload } from '../rollout/read-workload.ts';
import type { NamespaceMeta } from './model.ts';
import type { Budget, RestartTarget } from './restart-plan.ts';

/** Undefined for an object without a name. `namespace` is undefined where it could not be read. */
export function readRestartTarget(
  object: unknown,
  kind: WorkloadKind,
  namespace: NamespaceMeta | undefined,
): RestartTarget | undefined {
  const facts = readWorkload(object, kind);
  if (!facts) return undefined;
  const spec = record(record(object).spec);
  const template = record(spec.template);
  const annotations = record(template.metadata).annotations;
  const podSpec = record(template.spec);
  const rolling = record(record(kind === 'Deployment' ? spec.strategy : spec.updateStrategy).rollingUpdate);
  return {
    kind,
    namespace: facts.namespace,
    name: facts.name,
    uid: facts.uid,
    deleting: facts.deletedAt !== undefined,
    podLabels: textMap(record(template.metadata).labels),
    desired: facts.desired,
    paused: facts.paused,
    strategy: facts.strategy,
    partition: facts.partition ?? 0,
    maxUnavailable: facts.maxUnavailable,
    maxSurge: typeof rolling.maxSurge === 'string' ? text(rolling.maxSurge) : wholeOrNone(rolling.maxSurge),
    rolling: !kubectlVerdict(facts).done,
    pin: pinOf(annotations, namespace),
    asks: wantsProxy(facts.inject, podSpec, namespace),
    proxyInTemplate: proxyTag(podSpec),
  };
}

/**
 * `config.linkerd.io/proxy-version` pins; `config.linkerd.io/proxy-image` only says where the image is from (linkerd2,
 * pkg/inject: GetOverriddenValues).
 */
function pinOf(annotations: unknown, namespace: NamespaceMeta | undefined): string {
  const own = entry(annotations, 'config.linkerd.io/proxy-version');
  const inherited = namespace?.override ?? '';
  return own || (inherited.includes('/') ? '' : inherited);
}

/** As the injector decides it (linkerd2, pkg/inject/inject.go): the pod's own annotation goes before its namespace's. */
function wantsProxy(
  inject: string,
  podSpec: Json,
  namespace: NamespaceMeta | undefined,
): boolean | undefined {
  if (podSpec.hostNetwork === true || namespace?.webhooks === false) return false;
  if (inject === '' && namespace === undefined) return undefined;
  return asksForProxy(inject || namespace?.inject);
}

/** The tag of the proxy that the template itself has, as `linkerd inject --manual` puts it there; it may be a native sidecar. */
function proxyTag(podSpec: Json): string {
  const containers = [...records(podSpec.initContainers), ...records(podSpec.containers)];
  const proxy = containers.find(({ name }) => name === PROXY_CONTAINER);
  if (!proxy) return '';
  const image = text(proxy.image).replace(/@.*$/, '');
  return /:([^/:]+)$/.exec(image)?.[1] ?? (image || 'unknown');
}

/** Undefined for an object without a name. */
export function readBudget(object: unknown): Budget | undefined {
  const source = record(object);
  const metadata = record(source.metadata);
  const name = text(metadata.name);
  if (name === '') return undefined;
  const { selector } = record(source.spec);
  return {
    namespace: text(metadata.namespace),
    name,
    selector: typeof selector === 'object' && selector !== null ? readSelector(record(selector)) : undefined,
    disruptionsAllowed: whole(record(source.status).disruptionsAllowed),
  };
}

const readSelector = (selector: Json): LabelSelector => ({
  matchLabels: textMap(selector.matchLabels),
  matchExpressions: records(selector.matchExpressions).map((one) => ({
    key: text(one.key),
    operator: text(one.operator),
    values: texts(one.values),
  })),
});
