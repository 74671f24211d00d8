import type { KubeObject } from '../kube-client.ts';
import { kubeletVersion } from './nodes.ts';

/** The image of what runs on every node in the version of its kubelet. */
export const kubeProxyImage = (kubernetes: number): string =>
  `registry.k8s.io/kube-proxy:${kubeletVersion(kubernetes)}`;

/** What runs in `kube-system` of a Kubernetes 1.`kubernetes`. */
export function systemWorkloads(kubernetes: number): KubeObject[] {
  const labels = (name: string) => ({ 'k8s-app': name });
  const workload = (kind: string, name: string, image: string, spec: KubeObject['spec']): KubeObject => ({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace: 'kube-system', labels: labels(name) },
    spec: {
      ...spec,
      selector: { matchLabels: labels(name) },
      template: {
        metadata: { labels: labels(name) },
        spec: {
          tolerations: [
            kind === 'DaemonSet' ? { operator: 'Exists' } : { key: 'CriticalAddonsOnly', operator: 'Exists' },
          ],
          priorityClassName: 'system-cluster-critical',
          containers: [{ name, image, resources: { requests: { cpu: '50m', memory: '64Mi' } } }],
        },
      },
    },
  });
  return [
    workload('Deployment', 'coredns', 'registry.k8s.io/coredns/coredns:v1.12.1', { replicas: 2 }),
    workload('Deployment', 'metrics-server', 'registry.k8s.io/metrics-server/metrics-server:v0.8.0', {
      replicas: 1,
    }),
    workload('DaemonSet', 'kube-proxy', kubeProxyImage(kubernetes), {}),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'kube-dns', namespace: 'kube-system', labels: labels('kube-dns') },
      spec: {
        clusterIP: '10.96.0.53',
        selector: labels('coredns'),
        ports: [
          { name: 'dns', port: 53, protocol: 'UDP' },
          { name: 'dns-tcp', port: 53, protocol: 'TCP' },
        ],
      },
    },
  ];
}
