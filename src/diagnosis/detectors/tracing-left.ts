/** Settings for traces of the jaeger extension, which is gone: nobody reads them. */
import { entry, record } from '../../rollout/json.ts';
import type { Detector } from '../detector.ts';
import { fieldOf, meshedPods, subjectOf, workloadOfPod } from '../meshed-pods.ts';
import { COLLECTOR_ANNOTATION, OTLP_ONLY, traceParameters, traceSettings } from '../tracing.ts';

export const tracingLeftDetector: Detector = {
  kinds: {
    'tracing-left-behind': {
      severity: 'warning',
      layer: 'data-plane',
      title: 'Settings for traces that nobody reads any more',
      causedBy: ['jaeger-left-behind', 'tracing-collector-missing'],
    },
  },
  needs: ['namespaces', 'pods', 'mutatingWebhooks'],
  look(view) {
    const plane = view.controlPlanes.find(({ line }) => line !== undefined);
    const injector = view
      .objects('mutatingWebhooks')
      .some(({ metadata }) => metadata.name.includes('jaeger-injector'));
    if (plane?.line === undefined || plane.line < OTLP_ONLY || injector) return [];
    const { tracing } = record(plane.values.proxy);
    // Who sends traces by the values of the control plane has moved on; what is left over does no harm.
    if (record(tracing).enabled === true) return [];
    const annotated = view
      .objects('namespaces')
      .filter(({ metadata }) => entry(metadata.annotations, COLLECTOR_ANNOTATION) !== '');
    const pods = meshedPods(view).filter(
      ({ metadata }) =>
        entry(metadata.annotations, COLLECTOR_ANNOTATION) !== '' ||
        entry(metadata.annotations, 'jaeger.linkerd.io/tracing-enabled') === 'true',
    );
    const old = plane.values.controlPlaneTracing === true;
    if (annotated.length === 0 && pods.length === 0 && !old) return [];
    const pod = pods[0];
    const subjects = [...annotated.map(subjectOf), ...pods.map(workloadOfPod)];
    return [
      {
        code: 'tracing-left-behind',
        certainty: 'confirmed',
        title: 'Traces are asked for in a way that 2.19 does not read any more',
        explanation:
          'The annotations were read by the injector of the jaeger extension, which is gone; controlPlaneTracing by the chart until 2.18. Pods that are made anew send no traces, unless proxy.tracing is set in the values of the control plane.',
        subjects: [
          ...new Map(subjects.map((each) => [`${each.kind}/${each.namespace}/${each.name}`, each])).values(),
        ],
        evidence: [
          ...annotated
            .slice(0, 2)
            .map((each) =>
              fieldOf(
                each,
                `metadata.annotations["${COLLECTOR_ANNOTATION}"]`,
                entry(each.metadata.annotations, COLLECTOR_ANNOTATION),
              ),
            ),
          ...(pod === undefined
            ? []
            : [
                fieldOf(
                  pod,
                  'metadata.annotations["jaeger.linkerd.io/tracing-enabled"]',
                  entry(pod.metadata.annotations, 'jaeger.linkerd.io/tracing-enabled') ||
                    entry(pod.metadata.annotations, COLLECTOR_ANNOTATION),
                ),
              ]),
          ...(old
            ? [
                {
                  kind: 'field' as const,
                  ref: plane.meta.source,
                  path: 'data.values controlPlaneTracing',
                  value: 'true',
                },
              ]
            : []),
        ],
        causes: ['The jaeger extension was removed, and what it was told stayed'],
        remedy: {
          text: 'Set proxy.tracing in the values of the control plane, restart who is to send traces, and take the annotations away.',
          risk: 'change',
          verify: 'Look for new traces of a service that was restarted.',
          parameters: {
            ...traceParameters(view, traceSettings(view)),
            ...(subjects[0] === undefined ? {} : { NAMESPACE: subjects[0].namespace ?? subjects[0].name }),
          },
        },
      },
    ];
  },
};
