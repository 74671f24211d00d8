/** The webhooks of Linkerd as their configurations say it, and who answers them. */

import { entry, record, records, text } from '../rollout/json.ts';
import type { LabelSelector } from '../rollout/label-selector.ts';
import type { SnapshotObject } from './snapshot.ts';
import type { View } from './view.ts';

/** What the API server calls over TLS, and whom it trusts there: a webhook, or an aggregated API. */
export interface Webhook {
  readonly kind: string;
  /** Of the configuration: `linkerd-proxy-injector-webhook-config`. */
  readonly configuration: string;
  /** Where its caBundle stands in the configuration. */
  readonly path: string;
  /** `linkerd-proxy-injector.linkerd.io` */
  readonly name: string;
  /** `proxy-injector` */
  readonly short: string;
  readonly service: { readonly name: string; readonly namespace: string } | undefined;
  /** PEM. */
  readonly bundle: string;
  /** `Fail` where it is not told, as the API has it. */
  readonly failurePolicy: string;
  readonly namespaceSelector: LabelSelector | undefined;
  readonly createdAt: string;
}

/** The webhooks of one configuration. */
export function readWebhooks(configuration: unknown): readonly Webhook[] {
  const { kind, metadata, webhooks } = record(configuration);
  const name = text(record(metadata).name);
  return records(webhooks).map((hook, index) => {
    const clientConfig = record(hook.clientConfig);
    return {
      kind: text(kind),
      configuration: name,
      path: `webhooks[${index}].clientConfig.caBundle`,
      name: text(hook.name),
      short: name.replace(/^linkerd-|-webhook-config$/g, ''),
      service: serviceOf(clientConfig.service),
      bundle: decoded(clientConfig.caBundle),
      failurePolicy: text(hook.failurePolicy) || 'Fail',
      // The API server has looked at its form.
      namespaceSelector: hook.namespaceSelector as LabelSelector | undefined,
      createdAt: text(record(metadata).creationTimestamp),
    };
  });
}

const linkerdConfiguration = /^linkerd-[a-z-]+-webhook-config$/;

/** Every webhook of Linkerd and its extensions. */
export const webhooksOf = (view: View): readonly Webhook[] =>
  [...view.objects('mutatingWebhooks'), ...view.objects('validatingWebhooks')]
    .filter(({ metadata }) => linkerdConfiguration.test(metadata.name))
    .flatMap(readWebhooks);

/** The aggregated API of tap, which is trusted in the same way. */
export const aggregatedApisOf = (view: View): readonly Webhook[] =>
  view
    .objects('apiServices')
    .filter(({ metadata }) => /^v1alpha1\.tap\.linkerd\.io$/.test(metadata.name))
    .map(({ kind, metadata, spec }) => ({
      kind,
      configuration: metadata.name,
      path: 'spec.caBundle',
      name: metadata.name,
      short: 'tap',
      service: serviceOf(record(spec).service),
      bundle: decoded(record(spec).caBundle),
      failurePolicy: 'Ignore',
      namespaceSelector: undefined,
      createdAt: metadata.creationTimestamp ?? '',
    }));

/** The proxy injector's webhook of one control plane. */
export const injectorOf = (view: View, namespace: string): Webhook | undefined =>
  webhooksOf(view).find(
    ({ short, service }) => short === 'proxy-injector' && (service?.namespace ?? namespace) === namespace,
  );

/** How many endpoints of a Service answer; undefined where endpoints were not read. */
export function readyEndpoints(
  view: View,
  service: { readonly name: string; readonly namespace: string },
): number | undefined {
  if (view.unread('endpointSlices')) return undefined;
  return (
    view
      .objects('endpointSlices', service.namespace)
      .filter(({ metadata }) => entry(metadata.labels, 'kubernetes.io/service-name') === service.name)
      .flatMap(({ endpoints }) => records(endpoints))
      // `ready` that is not told means ready (discovery.k8s.io/v1, EndpointConditions).
      .filter(({ conditions }) => record(conditions).ready !== false).length
  );
}

/** The Secret with the certificate that a service of Linkerd's serves. */
export const servingSecret = (
  view: View,
  service: { readonly name: string; readonly namespace: string },
): SnapshotObject | undefined => view.object('secrets', service.namespace, `${service.name}-k8s-tls`);

/** A key of a Secret's data, decoded; '' where there is none. */
export const secretText = (secret: SnapshotObject | undefined, key: string): string =>
  decoded(record(secret?.data)[key]);

const decoded = (base64: unknown): string =>
  typeof base64 === 'string' ? Buffer.from(base64, 'base64').toString('utf8') : '';

function serviceOf(value: unknown): Webhook['service'] {
  const { name, namespace } = record(value);
  return text(name) === '' ? undefined : { name: text(name), namespace: text(namespace) };
}
