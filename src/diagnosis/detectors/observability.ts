/** What tells of the mesh: the metrics of viz, its tap, and the status that the policy controller writes. */
import { entry, record, records, text, texts, time, whole } from '../../rollout/json.ts';
import type { Detector, Found } from '../detector.ts';
import { byWorkload, fieldOf, meshedPods, refOf } from '../meshed-pods.ts';
import type { SnapshotObject } from '../snapshot.ts';
import type { View } from '../view.ts';

/** The namespace of the viz extension, where it is installed. */
const vizNamespaces = (view: View): readonly SnapshotObject[] =>
  view
    .objects('namespaces')
    .filter(({ metadata }) => entry(metadata.labels, 'linkerd.io/extension') === 'viz');

export const metricsDetector: Detector = {
  kinds: {
    'metrics-unavailable': {
      severity: 'error',
      layer: 'extension',
      title: 'The metrics of the mesh cannot be had',
    },
  },
  needs: ['namespaces', 'deployments'],
  look: (view) => vizNamespaces(view).flatMap((namespace) => metricsOf(view, namespace)),
};

function metricsOf(view: View, namespace: SnapshotObject): readonly Found[] {
  const name = text(namespace.metadata.name);
  const api = view.object('deployments', name, 'metrics-api');
  const prometheus = view.object('deployments', name, 'prometheus');
  const wanted = [{ component: 'metrics-api', object: api }];
  if (!hasOwnPrometheus(api, name)) return downOf(view, namespace, wanted);
  return downOf(view, namespace, [...wanted, { component: 'prometheus', object: prometheus }]);
}

/** Whether metrics-api asks the Prometheus of viz; with one of somebody else's, viz has none. */
function hasOwnPrometheus(api: SnapshotObject | undefined, namespace: string): boolean {
  const spec = record(record(record(api?.spec).template).spec);
  const url = records(spec.containers)
    .flatMap(({ args }) => texts(args))
    .find((arg) => arg.startsWith('-prometheus-url='));
  return url === undefined || url.includes(`//prometheus.${namespace}.`);
}

/** So long the only pod of a Deployment may take to be replaced by another, as in every upgrade of viz. */
const PATIENCE_MS = 60_000;

function isReplaced({ spec, status }: SnapshotObject, now: number): boolean {
  const available = records(record(status).conditions).find(({ type }) => type === 'Available');
  const since = time(available?.lastTransitionTime);
  const isOff = record(spec).replicas === 0;
  return !isOff && text(available?.status) === 'False' && since !== undefined && now - since < PATIENCE_MS;
}

function downOf(
  view: View,
  namespace: SnapshotObject,
  wanted: readonly { readonly component: string; readonly object: SnapshotObject | undefined }[],
): readonly Found[] {
  const down = wanted.filter(
    ({ object }) =>
      object === undefined ||
      (whole(record(object.status).availableReplicas) === 0 && !isReplaced(object, view.now)),
  );
  const [first] = down;
  if (first === undefined) return [];
  const name = text(namespace.metadata.name);
  const names = down.map(({ component }) => component);
  return [
    {
      code: 'metrics-unavailable',
      certainty: 'confirmed',
      title: `${names.join(' and ')} of the viz extension ${names.length === 1 ? 'is' : 'are'} ${first.object === undefined ? 'not there' : 'not available'}`,
      explanation:
        'Traffic does not need them, but an upgrade is judged by the success rate and the latency that they tell: linkerd viz stat, the dashboard and alerts see nothing.',
      subjects: down.map(({ component }) => ({ kind: 'Deployment', namespace: name, name: component })),
      evidence: down.flatMap(({ component, object }) => {
        if (object === undefined)
          return [{ kind: 'field' as const, ref: `Deployment ${name}/${component}`, value: 'not found' }];
        const { replicas } = record(object.spec);
        const reason = view.rollouts.find(({ ref }) => ref.namespace === name && ref.name === component)
          ?.reasons[0];
        return [
          fieldOf(object, 'status.availableReplicas', '0', String(replicas ?? 1)),
          ...(reason === undefined
            ? []
            : [
                {
                  kind: 'condition' as const,
                  ref: refOf(object),
                  value: `${reason.title}: ${reason.message}`,
                },
              ]),
        ];
      }),
      causes: [
        first.object === undefined
          ? 'It was deleted, by a prune perhaps'
          : whole(record(first.object.spec).replicas) === 0
            ? 'It was scaled to zero'
            : 'Its pods do not become ready',
      ],
      remedy: {
        text: 'Apply the viz extension of this version again; it keeps no settings, so those that it was installed with have to be given.',
        risk: 'change',
        verify: 'linkerd viz check',
        parameters: { CASE: 'viz', VIZ_NAMESPACE: name },
      },
    },
  ];
}

export const tapInjectionDetector: Detector = {
  kinds: {
    'tap-not-injected': {
      severity: 'info',
      layer: 'data-plane',
      title: 'Pods are older than the tap injector',
    },
  },
  needs: ['namespaces', 'deployments', 'pods'],
  look(view) {
    return vizNamespaces(view).flatMap((namespace) => {
      const injector = view.object('deployments', namespace.metadata.name, 'tap-injector');
      const since = time(injector?.metadata.creationTimestamp);
      if (
        injector === undefined ||
        since === undefined ||
        whole(record(injector.status).availableReplicas) === 0
      )
        return [];
      const without = meshedPods(view).filter((pod) => {
        const { annotations, labels, creationTimestamp } = pod.metadata;
        if (entry(labels, 'linkerd.io/control-plane-component') !== '') return false;
        if (
          entry(labels, 'linkerd.io/extension') !== '' ||
          pod.metadata.namespace === namespace.metadata.name
        )
          return false;
        if (entry(annotations, 'viz.linkerd.io/disable-tap') === 'true') return false;
        return (
          entry(annotations, 'viz.linkerd.io/tap-enabled') !== 'true' &&
          (time(creationTimestamp) ?? since) < since
        );
      });
      const [pod] = without;
      if (pod === undefined) return [];
      return [
        {
          code: 'tap-not-injected',
          certainty: 'confirmed' as const,
          title: `linkerd viz tap does not see ${without.length === 1 ? '1 pod' : `${without.length} pods`}: older than the tap injector`,
          explanation:
            'Tap is set up when a pod is made. These were made before the viz extension was there; nothing else is wrong with them.',
          subjects: byWorkload(without).map(({ subject }) => subject),
          evidence: [
            fieldOf(pod, 'metadata.creationTimestamp', text(pod.metadata.creationTimestamp)),
            fieldOf(injector, 'metadata.creationTimestamp', text(injector.metadata.creationTimestamp)),
          ],
          causes: ['The viz extension was installed after them'],
          remedy: {
            text: 'Restart them when it suits, or with the data plane of the next upgrade.',
            risk: 'change' as const,
            verify: 'linkerd viz check --proxy',
            parameters: { CASE: 'nothing', VIZ_NAMESPACE: namespace.metadata.name },
          },
        },
      ];
    });
  },
};
