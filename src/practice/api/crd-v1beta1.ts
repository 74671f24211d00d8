import type { KubeObject } from '../kube-client.ts';
import { equal, type Json, type JsonMap } from './json.ts';

// A definition in apiextensions.k8s.io/v1beta1 (Kubernetes 1.7 to 1.21) may say once for all versions what v1 says for each, knows a
// single version without a list, and keeps unknown fields unless told otherwise.

const ANYTHING = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

const columnsUp = (columns: Json[] | undefined) =>
  columns?.map(({ JSONPath, ...rest }) => ({ ...rest, jsonPath: JSONPath }));
const columnsDown = (columns: Json[] | undefined) =>
  columns?.map(({ jsonPath, ...rest }) => ({ ...rest, JSONPath: jsonPath }));

function conversionUp(conversion: Json): Json {
  if (conversion?.strategy !== 'Webhook') return { strategy: 'None' };
  const { webhookClientConfig, conversionReviewVersions = ['v1beta1'] } = conversion;
  return { strategy: 'Webhook', webhook: { clientConfig: webhookClientConfig, conversionReviewVersions } };
}

/** Makes a definition of v1beta1 one of v1, in place. */
export function fromV1Beta1(crd: KubeObject): void {
  const {
    version,
    versions,
    validation,
    subresources,
    additionalPrinterColumns: columns,
    preserveUnknownFields = true,
    conversion,
    ...spec
  } = crd.spec ?? {};
  const listed: JsonMap[] =
    versions?.length > 0 ? versions : [{ name: version, served: true, storage: true }];
  crd.spec = {
    ...spec,
    conversion: conversionUp(conversion),
    ...(preserveUnknownFields ? { preserveUnknownFields: true } : {}),
    versions: listed.map((each) => {
      const schema = each.schema?.openAPIV3Schema ?? validation?.openAPIV3Schema ?? ANYTHING;
      const own = each.additionalPrinterColumns ?? columns;
      return {
        name: each.name,
        served: each.served,
        storage: each.storage,
        schema: { openAPIV3Schema: preserveUnknownFields ? { ...schema, ...ANYTHING } : schema },
        ...(own === undefined ? {} : { additionalPrinterColumns: columnsUp(own) }),
        ...((each.subresources ?? subresources) ? { subresources: each.subresources ?? subresources } : {}),
      };
    }),
  };
}

/** Makes a definition of v1 one of v1beta1, in place: what all its versions share is said once. */
export function toV1Beta1(crd: KubeObject): void {
  const { versions = [], conversion, preserveUnknownFields = false, ...spec } = crd.spec ?? {};
  const [first = {}, ...others]: Json[] = versions;
  const shared = (key: string): boolean =>
    first[key] !== undefined && others.every((each) => equal(each[key], first[key]));
  const own = (each: Json, key: string) => !shared(key) && each[key] !== undefined;
  const { clientConfig, conversionReviewVersions } = conversion?.webhook ?? {};
  crd.spec = {
    ...spec,
    preserveUnknownFields,
    conversion:
      conversion?.strategy === 'Webhook'
        ? { strategy: 'Webhook', webhookClientConfig: clientConfig, conversionReviewVersions }
        : { strategy: 'None' },
    ...(shared('schema') ? { validation: first.schema } : {}),
    ...(shared('subresources') ? { subresources: first.subresources } : {}),
    ...(shared('additionalPrinterColumns')
      ? { additionalPrinterColumns: columnsDown(first.additionalPrinterColumns) }
      : {}),
    version: first.name,
    versions: versions.map((each: Json) => ({
      name: each.name,
      served: each.served,
      storage: each.storage,
      ...(own(each, 'schema') ? { schema: each.schema } : {}),
      ...(own(each, 'subresources') ? { subresources: each.subresources } : {}),
      ...(own(each, 'additionalPrinterColumns')
        ? { additionalPrinterColumns: columnsDown(each.additionalPrinterColumns) }
        : {}),
    })),
  };
}
