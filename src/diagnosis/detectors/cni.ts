/** The Linkerd CNI plugin: whether it is the one of this release, and at work on every node. */
import { compareCniPlugins, isCniPluginTag, NATIVE_SIDECAR_PLUGIN } from '../../linkerd/cni-plugin.ts';
import { record, text, whole } from '../../rollout/json.ts';
import {
  failingValidator,
  IMAGE_PATH,
  imageOf,
  isPluginPod,
  type Plugin,
  pluginParameters,
  pluginsOf,
} from '../cni-plugin.ts';
import type { Detector, Found } from '../detector.ts';
import { fieldOf, meshedPods, proxyOf, refOf, subjectOf, targetLine } from '../meshed-pods.ts';
import type { SnapshotObject } from '../snapshot.ts';
import type { ControlPlane, View } from '../view.ts';

/** From this line on the proxy is a native sidecar unless told otherwise. */
const NATIVE_BY_DEFAULT = 20;

export const cniDetector: Detector = {
  kinds: {
    'cni-version': {
      severity: 'warning',
      layer: 'cluster',
      title: 'The CNI plugin is not the one of this release',
    },
    'cni-not-ready': {
      severity: 'error',
      layer: 'cluster',
      title: 'The CNI plugin is not at work on every node',
    },
  },
  needs: ['daemonSets', 'pods'],
  look: (view) =>
    pluginsOf(view).flatMap((plugin) => {
      const version = versionFound(view, plugin);
      const blocked = version?.severity === 'blocker';
      return [...(version === undefined ? [] : [version]), ...notReady(view, plugin, blocked)];
    }),
};

/** Whether it is the version of the plugin that keeps pods from starting. */
export const isBlockedByVersion = (view: View, plugin: Plugin): boolean =>
  versionFound(view, plugin)?.severity === 'blocker';

function versionFound(view: View, plugin: Plugin): Found | undefined {
  const { daemonSet, tag, wanted, oldest = wanted, plane, repository } = plugin;
  if (tag === '' || wanted === undefined || oldest === undefined || tag === wanted) return undefined;
  // A mirror may call its tags what it likes.
  const official = /(?:^|\/)linkerd\/cni-plugin$/.test(repository);
  const unknown = official && !isCniPluginTag(tag);
  const behind = compareCniPlugins(tag, oldest);
  const older = behind === undefined ? /^stable-2\./.test(tag) && !unknown : behind < 0;
  if (!unknown && !older) return undefined;
  const native = nativeSidecars(view, plane);
  const tooOld = native !== undefined && (compareCniPlugins(tag, NATIVE_SIDECAR_PLUGIN) ?? -1) < 0;
  const stuck = unknown && !isComplete(daemonSet);
  return {
    code: 'cni-version',
    severity: stuck || tooOld ? 'blocker' : 'warning',
    certainty: unknown && !stuck ? 'likely' : 'confirmed',
    title: unknown
      ? `There is no CNI plugin ${tag}: ${plane?.meta.version} goes with ${wanted}`
      : `The CNI plugin is ${tag}; ${plane?.meta.version} goes with ${wanted}`,
    explanation: unknown
      ? 'Since 2.12.5 the plugin has versions of its own, and no image with the tag of a Linkerd release. A node whose plugin cannot be pulled starts no meshed pod.'
      : tooOld
        ? `A proxy that is a native sidecar needs a plugin of at least ${NATIVE_SIDECAR_PLUGIN}: with an older one the network validator fails and no meshed pod starts.`
        : 'The plugin is upgraded apart from the control plane. An older one usually goes on working; it lacks what was mended since.',
    subjects: [subjectOf(daemonSet)],
    evidence: [
      fieldOf(daemonSet, IMAGE_PATH, imageOf(daemonSet), wanted),
      ...(plane === undefined
        ? []
        : [
            {
              kind: 'field' as const,
              ref: plane.meta.source,
              path: 'linkerdVersion',
              value: plane.meta.version ?? '',
            },
          ]),
      ...(tooOld && native !== undefined ? [native] : []),
    ],
    causes: unknown
      ? ['All tags were set to the version of Linkerd, that of the plugin too']
      : ['The CNI plugin has a chart and a command of its own, and was left out of the upgrade'],
    remedy: {
      text: `Give the DaemonSet the plugin ${wanted}, node by node.`,
      risk: 'change',
      verify: `kubectl --namespace ${plugin.namespace} rollout status daemonset/${text(daemonSet.metadata.name)}`,
      parameters: pluginParameters(plugin),
    },
  };
}

/** What shows that proxies are, or will be, native sidecars. */
function nativeSidecars(view: View, plane: ControlPlane | undefined) {
  const pod = meshedPods(view).find((each) => proxyOf(each)?.native === true);
  if (pod !== undefined)
    return fieldOf(pod, 'spec.initContainers[?(@.name=="linkerd-proxy")].restartPolicy', 'Always');
  const set = record(plane?.values.proxy).nativeSidecar;
  if (set === true && plane !== undefined)
    return {
      kind: 'field' as const,
      ref: plane.meta.source,
      path: 'data.values proxy.nativeSidecar',
      value: 'true',
    };
  if (set === undefined && (targetLine(view) ?? 0) >= NATIVE_BY_DEFAULT)
    return { kind: 'tool' as const, ref: 'the target version', value: view.snapshot.walk?.target ?? '' };
  return undefined;
}

function isComplete({ status }: SnapshotObject): boolean {
  const { desiredNumberScheduled, numberReady, updatedNumberScheduled } = record(status);
  return (
    whole(numberReady) >= whole(desiredNumberScheduled) &&
    whole(updatedNumberScheduled) >= whole(desiredNumberScheduled)
  );
}

/** Pods of the plugin that are not ready and will not be by themselves, and nodes that have meshed pods and no plugin. */
function notReady(view: View, plugin: Plugin, blocked: boolean): readonly Found[] {
  const { daemonSet, namespace } = plugin;
  const name = text(daemonSet.metadata.name);
  const rollout = view.rollouts.find(
    ({ ref }) => ref.kind === 'DaemonSet' && ref.namespace === namespace && ref.name === name,
  );
  const reason = rollout?.reasons.find(({ kind }) => kind === 'doomed');
  const bare = nodesWithout(view, daemonSet);
  const { desiredNumberScheduled, numberReady } = record(daemonSet.status);
  const [desired, ready] = [whole(desiredNumberScheduled), whole(numberReady)];
  if ((reason === undefined || ready >= desired) && bare.length === 0) return [];
  const waiting = meshedPods(view).some((pod) => failingValidator(pod));
  return [
    {
      code: 'cni-not-ready',
      severity: waiting ? 'blocker' : 'error',
      certainty: 'confirmed',
      title:
        bare.length > 0
          ? `The CNI plugin does not run on ${bare.length === 1 ? `node ${bare[0]?.node}` : `${bare.length} nodes with meshed pods`}`
          : `The CNI plugin is ready on ${ready} of ${desired} nodes`,
      explanation:
        'On a node without it nothing redirects traffic to the proxy: meshed pods that start there end in linkerd-network-validator.',
      subjects: [subjectOf(daemonSet)],
      evidence: [
        ...(bare.length > 0
          ? bare
              .slice(0, 3)
              .map(({ pod, node }) => fieldOf(pod, 'spec.nodeName', node, 'a node with linkerd-cni'))
          : [fieldOf(daemonSet, 'status.numberReady', String(ready), String(desired))]),
        ...(reason === undefined
          ? []
          : [
              {
                kind: 'condition' as const,
                ref: refOf(daemonSet),
                value: `${reason.title}: ${reason.message}`,
              },
            ]),
      ],
      causes: [
        'Its image cannot be pulled',
        'Its nodeSelector or tolerations leave nodes out',
        'It cannot write to the CNI folders of the node',
      ],
      causedBy: blocked ? ['cni-version'] : [],
      remedy: {
        text: 'Bring the plugin up on every node, then make the pods anew that could not start.',
        risk: 'change',
        verify: `kubectl --namespace ${namespace} rollout status daemonset/${name}`,
        parameters: pluginParameters(plugin),
      },
    },
  ];
}

/** Nodes on which pods wait for the plugin and none of its pods is. */
function nodesWithout(view: View, daemonSet: SnapshotObject) {
  const own = new Set(
    view
      .objects('pods', text(daemonSet.metadata.namespace))
      .filter(isPluginPod)
      .map(({ spec }) => text(record(spec).nodeName)),
  );
  const found = new Map<string, { readonly pod: SnapshotObject; readonly node: string }>();
  for (const pod of meshedPods(view)) {
    const node = text(record(pod.spec).nodeName);
    if (node !== '' && failingValidator(pod) && !own.has(node) && !found.has(node))
      found.set(node, { pod, node });
  }
  return [...found.values()];
}
