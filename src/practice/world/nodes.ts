import { USUAL_KUBERNETES } from '../api/registry.ts';
import { timestamp } from '../clock.ts';
import type { KubeObject } from '../kube-client.ts';

/** The kubelet of a cluster that plays Kubernetes 1.`minor`: of the same release as its server. */
export const kubeletVersion = (minor: number): string => `v1.${minor}.2`;

/** A worker of the practice cluster. The API server is none of them, as where somebody else runs the control plane. */
export function nodeObject(
  index: number,
  now: number,
  { kubernetes = USUAL_KUBERNETES, cpu = '8', memory = '32Gi' } = {},
): KubeObject {
  const name = `practice-${index + 1}`;
  const since = timestamp(now);
  const resources = { cpu, memory, pods: '110', 'ephemeral-storage': '100Gi' };
  const condition = (type: string, status: string, reason: string, message: string) => ({
    type,
    status,
    lastHeartbeatTime: since,
    lastTransitionTime: since,
    reason,
    message,
  });
  const range = `10.42.${index}.0/24`;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'beta.kubernetes.io/os': 'linux',
        'beta.kubernetes.io/arch': 'amd64',
        'node.kubernetes.io/instance-type': 'practice.large',
        'topology.kubernetes.io/zone': `practice-${'abc'[index % 3]}`,
      },
    },
    spec: { podCIDR: range, podCIDRs: [range], providerID: `practice://${name}` },
    status: {
      capacity: resources,
      allocatable: resources,
      addresses: [
        { type: 'InternalIP', address: `10.0.${index >> 8}.${(index & 255) + 1}` },
        { type: 'Hostname', address: name },
      ],
      conditions: [
        condition(
          'MemoryPressure',
          'False',
          'KubeletHasSufficientMemory',
          'kubelet has sufficient memory available',
        ),
        condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
        condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
        condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
      ],
      nodeInfo: {
        architecture: 'amd64',
        bootID: '',
        containerRuntimeVersion: 'containerd://2.1.4',
        kernelVersion: '6.12.0',
        kubeProxyVersion: '',
        kubeletVersion: kubeletVersion(kubernetes),
        machineID: '',
        operatingSystem: 'linux',
        osImage: 'Practice Linux',
        systemUUID: '',
      },
    },
  };
}
