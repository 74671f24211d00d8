/** The DaemonSet of the Linkerd CNI plugin, and init containers that failed for want of it. */
import { cniPluginTag, oldestCniPluginTag } from '../linkerd/cni-plugin.ts';
import { NETWORK_VALIDATOR } from '../linkerd/proxy.ts';
import { entry, record, records, text } from '../rollout/json.ts';
import type { SnapshotObject } from './snapshot.ts';
import type { ControlPlane, View } from './view.ts';

/** The plugin as one DaemonSet has it. */
export interface Plugin {
  readonly daemonSet: SnapshotObject;
  readonly namespace: string;
  readonly repository: string;
  readonly tag: string;
  /** The tag that belongs to the control plane, where that is known. */
  readonly wanted: string | undefined;
  /** The oldest that is not behind. */
  readonly oldest: string | undefined;
  readonly plane: ControlPlane | undefined;
}

const isPlugin = ({ metadata: { labels, name } }: SnapshotObject) =>
  entry(labels, 'k8s-app') === 'linkerd-cni' || name === 'linkerd-cni';

/** Every DaemonSet of the plugin, by the container that installs it. */
export function pluginsOf(view: View): readonly Plugin[] {
  const plane = view.controlPlanes.find(({ line }) => line !== undefined);
  return view
    .objects('daemonSets')
    .filter(isPlugin)
    .map((daemonSet) => {
      const image = imageOf(daemonSet);
      const colon = image.lastIndexOf(':');
      const tagged = colon > image.lastIndexOf('/') && !image.includes('@');
      return {
        daemonSet,
        namespace: text(daemonSet.metadata.namespace),
        repository: tagged ? image.slice(0, colon) : image,
        tag: tagged ? image.slice(colon + 1) : '',
        wanted: cniPluginTag(plane?.meta.version ?? ''),
        oldest: oldestCniPluginTag(plane?.meta.version ?? ''),
        plane,
      };
    });
}

/** The image of the container that installs it. */
export function imageOf(daemonSet: SnapshotObject): string {
  const spec = record(record(record(daemonSet.spec).template).spec);
  const containers = records(spec.containers);
  return text((containers.find(({ name }) => name === 'install-cni') ?? containers[0])?.image);
}

export const IMAGE_PATH = 'spec.template.spec.containers[?(@.name=="install-cni")].image';

/** What the pitfall needs to put the right plugin in its place. */
export const pluginParameters = ({ namespace, repository, tag, wanted }: Plugin) => ({
  CASE: wanted !== undefined && wanted !== tag ? 'plugin' : 'pods',
  CNI_NAMESPACE: namespace,
  ...(wanted === undefined ? {} : { IMAGE: `${repository}:${wanted}` }),
});

/** Whether a pod is one of the plugin's. */
export const isPluginPod = ({ metadata: { labels, name } }: SnapshotObject) =>
  entry(labels, 'k8s-app') === 'linkerd-cni' || name.startsWith('linkerd-cni-');

/** The status of a network validator that ended badly; undefined for a pod whose validator did not. */
export function failingValidator(pod: SnapshotObject) {
  return failingInit(pod, NETWORK_VALIDATOR);
}

/** The last end of an init container that ended badly and has not passed since. */
export function failingInit(pod: SnapshotObject, container: string) {
  const status = records(record(pod.status).initContainerStatuses).find(({ name }) => name === container);
  if (status === undefined) return undefined;
  for (const at of ['state', 'lastState'] as const) {
    const ended = record(record(status[at]).terminated);
    const { exitCode } = ended;
    if (typeof exitCode !== 'number') continue;
    // It has passed by now, whatever was before.
    if (exitCode === 0) return undefined;
    return {
      path: `status.initContainerStatuses[?(@.name=="${container}")].${at}.terminated.exitCode`,
      exitCode,
      message: text(ended.message),
    };
  }
  return undefined;
}
