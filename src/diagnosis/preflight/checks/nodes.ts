/** Nodes: what runs containers on them, and for which processors Linkerd has images. */
import { record, text } from '../../../rollout/json.ts';
import { fieldOf, targetLine } from '../../meshed-pods.ts';
import type { PreflightCheck, PreflightRemark } from '../model.ts';
import { fail, info, warn } from '../remarks.ts';

/** From here on linkerd-init does not run as root unless told. */
const NOT_AS_ROOT = 12;
/** From here on there are no images for 32-bit ARM. */
const NO_ARM = 19;

export const runtimeCheck: PreflightCheck = {
  name: 'container-runtime',
  group: 'nodes',
  holds: 'linkerd-init works with the container runtime of the nodes',
  needs: ['nodes', 'configMaps'],
  look: (view) =>
    view.controlPlanes.flatMap((plane): readonly PreflightRemark[] => {
      const runtimeOf = (status: unknown) => text(record(record(status).nodeInfo).containerRuntimeVersion);
      const nodes = view.objects('nodes');
      const docker = nodes.filter(({ status }) => runtimeOf(status).startsWith('docker://'));
      const runtimes = [...new Set(nodes.map(({ status }) => runtimeOf(status).split(':')[0]))];
      const { cniEnabled, proxyInit } = plane.values;
      const set = cniEnabled === true || record(proxyInit).runAsRoot === true;
      // A step to 2.12 or later from before is a finding of the diagnosis.
      if (docker.length === 0 || set || (plane.line ?? 0) < NOT_AS_ROOT) {
        return [info(`The nodes run ${runtimes.join(', ') || 'nothing that is told'}.`)];
      }
      return [
        fail(
          'Some nodes run Docker, where linkerd-init has to run as root, and it is not told to: the tool refuses to render the upgrade.',
          docker.map((node) =>
            fieldOf(node, 'status.nodeInfo.containerRuntimeVersion', runtimeOf(node.status), 'containerd://'),
          ),
          'Upgrade with --set proxyInit.runAsRoot=true.',
        ),
      ];
    }),
};

export const architectureCheck: PreflightCheck = {
  name: 'architecture',
  group: 'nodes',
  holds: 'there are images for the processors of all nodes',
  needs: ['nodes'],
  look(view) {
    const archOf = (status: unknown) => text(record(record(status).nodeInfo).architecture);
    const arm = view.objects('nodes').filter(({ status }) => archOf(status) === 'arm');
    if (arm.length === 0) return [];
    const line = targetLine(view) ?? view.controlPlanes[0]?.line ?? 0;
    const gone = line >= NO_ARM;
    return [
      (gone ? fail : warn)(
        `${gone ? `2.${line} has no images` : `Images end with 2.${NO_ARM - 1}`} for 32-bit ARM, which some nodes are: no proxy starts there${gone ? '' : ' after that'}.`,
        arm.map((node) => fieldOf(node, 'status.nodeInfo.architecture', 'arm', 'amd64 or arm64')),
        `Keep meshed pods off these nodes, or stay on 2.${NO_ARM - 1}.`,
      ),
    ];
  },
};
