/** Traces that get lost: nobody takes them, or in another language than they are sent. */
import { record, records } from '../../rollout/json.ts';
import type { Detector, Found } from '../detector.ts';
import type { Subject } from '../finding.ts';
import { subjectOf, workloadOfPod } from '../meshed-pods.ts';
import {
  OPENCENSUS_PORT,
  OTLP_ONLY,
  OTLP_PORT,
  type TraceSetting,
  traceParameters,
  traceSettings,
} from '../tracing.ts';
import type { View } from '../view.ts';

/** From here on proxies speak OpenTelemetry unless told otherwise. */
const OTLP_BY_DEFAULT = 18;
/** What settings are about: workloads for proxies, namespaces for annotations, the control plane for its values. */
function subjectsOf(settings: readonly TraceSetting[]): readonly Subject[] {
  const all = settings.map(({ object, evidence }): Subject => {
    if (object === undefined) return { kind: 'ConfigMap', name: evidence.ref.replace(/^ConfigMap /, '') };
    return object.kind === 'Pod' ? workloadOfPod(object) : subjectOf(object);
  });
  return [...new Map(all.map((each) => [`${each.kind}/${each.namespace}/${each.name}`, each])).values()];
}

const byAddress = (settings: readonly TraceSetting[]): readonly (readonly TraceSetting[])[] =>
  [...new Set(settings.map(({ address }) => address))].map((wanted) =>
    settings.filter(({ address }) => address === wanted),
  );

/** One setting of each way in which it is said. */
const proofs = (settings: readonly TraceSetting[]) =>
  (['values', 'annotation', 'proxy'] as const).flatMap((way) =>
    settings
      .filter(({ by }) => by === way)
      .slice(0, 2)
      .map(({ evidence }) => evidence),
  );

const wentAway = (setting: TraceSetting, view: View) =>
  setting.service !== undefined &&
  view.object('services', setting.service.namespace, setting.service.name) === undefined;

export const collectorDetector: Detector = {
  kinds: {
    'tracing-collector-missing': {
      severity: 'warning',
      layer: 'data-plane',
      title: 'Traces go to a collector that is not there',
    },
    'tracing-protocol-changed': {
      severity: 'warning',
      layer: 'data-plane',
      title: 'Proxies send traces in a protocol that the collector does not take',
    },
  },
  needs: ['pods', 'namespaces', 'services'],
  look(view) {
    return byAddress(traceSettings(view)).flatMap((settings) => {
      const missing = settings.filter((each) => wentAway(each, view));
      return missing.length > 0 ? [collectorMissing(view, missing)] : protocolChanged(view, settings);
    });
  },
};

function collectorMissing(view: View, settings: readonly TraceSetting[]): Found {
  const { service, address } = settings[0]!;
  return {
    code: 'tracing-collector-missing',
    certainty: 'confirmed',
    title: `There is no Service ${service?.namespace}/${service?.name}, where traces go`,
    explanation:
      'Proxies go on without their collector, and drop their spans: traffic is well and traces end. From 2.19 on the jaeger extension, whose collector most clusters use, is no part of Linkerd any more.',
    subjects: subjectsOf(settings),
    evidence: [
      ...proofs(settings),
      {
        kind: 'field',
        ref: `Service ${service?.namespace}/${service?.name}`,
        value: 'not found',
        expected: address,
      },
    ],
    causes: [
      'The jaeger extension was removed with its collector',
      'The collector has another name or namespace now',
    ],
    remedy: {
      text: 'Send traces to the collector that is there now, then restart who sends them: a proxy keeps its setting until its pod is made anew.',
      risk: 'change',
      verify: `kubectl --namespace ${service?.namespace} get service ${service?.name}`,
      parameters: traceParameters(view, settings),
    },
  };
}

/** True of who sends OTLP to the port of OpenCensus, or to a Service that has no port for it. */
function misunderstood(view: View, { port, protocol, line, service }: TraceSetting): boolean {
  if (line === undefined || line < OTLP_BY_DEFAULT) return false;
  if (protocol === 'opencensus' && line < OTLP_ONLY) return false;
  if (port === OPENCENSUS_PORT) return true;
  const object = service && view.object('services', service.namespace, service.name);
  const ports = records(record(object?.spec).ports).map((each) => each.port);
  return port === OTLP_PORT && ports.length > 0 && !ports.includes(OTLP_PORT);
}

function protocolChanged(view: View, all: readonly TraceSetting[]): readonly Found[] {
  const settings = all.filter((each) => misunderstood(view, each));
  const [first] = settings;
  if (first === undefined) return [];
  return [
    {
      code: 'tracing-protocol-changed',
      certainty: 'confirmed',
      title: `Traces go to ${first.address}, which does not take OpenTelemetry`,
      explanation:
        'Proxies speak OpenTelemetry (OTLP, port 4317) since 2.18 unless told otherwise, and nothing else since 2.19. The port 55678 is that of OpenCensus.',
      subjects: subjectsOf(settings),
      evidence: proofs(settings).map((each) => ({
        ...each,
        expected: `a port for OTLP, mostly ${OTLP_PORT}`,
      })),
      causes: ['The address of the collector was set before 2.18'],
      remedy: {
        text: 'Give the collector’s OTLP port, open it there, and restart who sends traces.',
        risk: 'change',
        verify: 'Look for new traces of a service that was restarted.',
        parameters: traceParameters(view, settings),
      },
    },
  ];
}
