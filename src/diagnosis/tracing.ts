/** Where proxies are told to send their traces, by whom, and whether anybody is there. */
import { entry, record, records, text } from '../rollout/json.ts';
import type { Evidence } from './finding.ts';
import { fieldOf, meshedPods, proxyLine, proxyOf } from './meshed-pods.ts';
import type { SnapshotObject } from './snapshot.ts';
import type { View } from './view.ts';

const COLLECTOR_ENV = 'LINKERD2_PROXY_TRACE_COLLECTOR_SVC_ADDR';
const PROTOCOL_ENV = 'LINKERD2_PROXY_TRACE_PROTOCOL';
/** Read by the jaeger injector alone: without it nobody looks at the annotation. */
export const COLLECTOR_ANNOTATION = 'config.linkerd.io/trace-collector';
/** Of OpenCensus and of OTLP over gRPC. */
export const OPENCENSUS_PORT = 55678;
export const OTLP_PORT = 4317;

/** One place that says where traces go. */
export interface TraceSetting {
  readonly by: 'values' | 'annotation' | 'proxy';
  /** As it stands there: `collector.linkerd-jaeger:55678`. */
  readonly address: string;
  readonly host: string;
  readonly port: number | undefined;
  /** The Service that it names, where it is one of this cluster. */
  readonly service: { readonly namespace: string; readonly name: string } | undefined;
  readonly evidence: Evidence;
  /** The pod or namespace that it holds for; undefined for the values of the control plane. */
  readonly object: SnapshotObject | undefined;
  /** The N of 2.N of who sends the traces. */
  readonly line: number | undefined;
  /** `opentelemetry`, `opencensus`, or ''. */
  readonly protocol: string;
}

/** Every setting there is: of the control plane's values, of namespaces, and of proxies, the same address of one workload's pods many times. */
export function traceSettings(view: View): readonly TraceSetting[] {
  return [...valueSettings(view), ...annotationSettings(view), ...proxySettings(view)];
}

function setting(
  by: TraceSetting['by'],
  address: string,
  from: Pick<TraceSetting, 'evidence' | 'object' | 'line'> & {
    readonly protocol?: string;
    readonly namespace: string;
  },
): readonly TraceSetting[] {
  if (address === '') return [];
  const colon = address.lastIndexOf(':');
  const host = (colon < 0 ? address : address.slice(0, colon)).replace(/^.*\/\//, '').replace(/\.$/, '');
  const port = colon < 0 ? undefined : Number(address.slice(colon + 1));
  const { namespace, protocol = '', ...rest } = from;
  return [
    {
      by,
      address,
      host,
      port: Number.isNaN(port) ? undefined : port,
      service: serviceOf(host, namespace),
      protocol,
      ...rest,
    },
  ];
}

/** `collector.tracing`, `collector.tracing.svc.cluster.local`, or a name alone, in the namespace of who asks. */
function serviceOf(host: string, own: string): TraceSetting['service'] {
  const [name = '', namespace = own, svc] = host.split('.');
  if (name === '' || /^\d+$/.test(name) || (svc !== undefined && svc !== 'svc')) return undefined;
  return { namespace, name };
}

function valueSettings(view: View): readonly TraceSetting[] {
  return view.controlPlanes.flatMap(({ values, line, meta, namespace }) => {
    const found = (path: string, address: string) => {
      const evidence: Evidence = {
        kind: 'field',
        ref: meta.source,
        path: `data.values ${path}`,
        value: address,
      };
      return setting('values', address, { evidence, object: undefined, line, namespace });
    };
    const { proxy, controller, controlPlaneTracing, controlPlaneTracingNamespace } = values;
    if ((line ?? 0) < 19) {
      if (controlPlaneTracing !== true) return [];
      const port = (line ?? 0) >= 18 ? OTLP_PORT : OPENCENSUS_PORT;
      return found(
        'controlPlaneTracingNamespace',
        `collector.${text(controlPlaneTracingNamespace) || 'linkerd-jaeger'}:${port}`,
      );
    }
    return (['proxy', 'controller'] as const).flatMap((who) => {
      const { enabled, collector } = record(record(who === 'proxy' ? proxy : controller).tracing);
      return enabled === true
        ? found(`${who}.tracing.collector.endpoint`, text(record(collector).endpoint))
        : [];
    });
  });
}

const annotationSettings = (view: View): readonly TraceSetting[] =>
  view.objects('namespaces').flatMap((namespace) => {
    const address = entry(namespace.metadata.annotations, COLLECTOR_ANNOTATION);
    const evidence = fieldOf(namespace, `metadata.annotations["${COLLECTOR_ANNOTATION}"]`, address);
    const line = view.controlPlanes.find((plane) => plane.line !== undefined)?.line;
    return setting('annotation', address, {
      evidence,
      object: namespace,
      line,
      namespace: namespace.metadata.name,
    });
  });

const proxySettings = (view: View): readonly TraceSetting[] =>
  meshedPods(view).flatMap((pod) => {
    const proxy = proxyOf(pod);
    const env = records(proxy?.container.env);
    const settingOf = (wanted: string) => text(env.find(({ name }) => name === wanted)?.value);
    const list = proxy?.native === true ? 'initContainers' : 'containers';
    const path = `spec.${list}[?(@.name=="linkerd-proxy")].env[?(@.name=="${COLLECTOR_ENV}")].value`;
    const address = settingOf(COLLECTOR_ENV);
    return setting('proxy', address, {
      evidence: fieldOf(pod, path, address),
      object: pod,
      line: proxyLine(pod),
      protocol: settingOf(PROTOCOL_ENV),
      namespace: text(pod.metadata.namespace),
    });
  });

/** The one Service of the cluster that takes OTLP, where there is exactly one: `name.namespace:4317`. */
function otlpCollector(view: View): string | undefined {
  const found = view
    .objects('services')
    .filter(({ spec }) => records(record(spec).ports).some(({ port }) => port === OTLP_PORT));
  const [only] = found;
  return only !== undefined && found.length === 1
    ? `${text(only.metadata.name)}.${text(only.metadata.namespace)}:${OTLP_PORT}`
    : undefined;
}

/** From here on they speak nothing else, the jaeger extension is gone, and the values of the control plane say where traces go. */
export const OTLP_ONLY = 19;

/** What the pitfall needs to send traces elsewhere. */
export function traceParameters(
  view: View,
  settings: readonly TraceSetting[],
): Readonly<Record<string, string>> {
  const line = view.controlPlanes.find((plane) => plane.line !== undefined)?.line ?? 0;
  const collector = otlpCollector(view);
  const namespaces = settings.flatMap(({ object }) =>
    object === undefined
      ? []
      : [text(object.kind === 'Namespace' ? object.metadata.name : object.metadata.namespace)],
  );
  return {
    CASE: line >= OTLP_ONLY ? 'values' : 'extension',
    ...(collector === undefined ? {} : { COLLECTOR: collector }),
    ...(namespaces[0] === undefined ? {} : { NAMESPACE: namespaces[0] }),
  };
}
