import { createHash } from 'node:crypto';
import { injectPod, type PodLike } from '../../../src/linkerd/injection.ts';
import { PROXY_CONTAINER } from '../../../src/linkerd/proxy.ts';
import { beginLife } from '../../../src/practice/controllers/pod-life.ts';
import { podStatus } from '../../../src/practice/controllers/pod-status.ts';
import type { KubeObject } from '../../../src/practice/kube-client.ts';
import { containersOf, labelsOf, ownerReference, SINCE, type Workload } from './workload.ts';

/** A pod as it is once admission has done its work: with its proxy, its token and its place. */
export function podOf(
  workload: Workload,
  index: number,
  owner: KubeObject,
  node: number,
  anchors: string,
): KubeObject {
  const { kind, namespace, name, hash, version } = workload;
  const token = { name: 'kube-api-access', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' };
  const suffix = createHash('sha256').update(`${namespace}/${name}/${index}`).digest('hex').slice(0, 5);
  const pod = {
    metadata: {
      name: kind === 'StatefulSet' ? `${name}-${index}` : `${name}-${hash}-${suffix}`,
      ...(kind === 'StatefulSet' ? {} : { generateName: `${name}-${hash}-` }),
      labels: {
        ...labelsOf(workload),
        ...(kind === 'StatefulSet'
          ? {
              'controller-revision-hash': `${name}-${hash}`,
              'statefulset.kubernetes.io/pod-name': `${name}-${index}`,
            }
          : { 'pod-template-hash': hash }),
      },
      annotations: { 'linkerd.io/inject': 'enabled', 'prometheus.io/scrape': 'true' },
      ownerReferences: [ownerReference(owner)],
    },
    spec: {
      nodeName: `practice-${node + 1}`,
      serviceAccountName: 'default',
      containers: containersOf(workload),
      volumes: [{ name: 'scratch', emptyDir: {} }, tokenVolume(token.name)],
      tolerations: ['not-ready', 'unreachable'].map((each) => ({
        key: `node.kubernetes.io/${each}`,
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: 300,
      })),
    },
  };
  const injected = injectPod(pod as unknown as PodLike, {
    version,
    controlPlaneNamespace: 'linkerd',
    trustAnchors: anchors,
    anchorHash: createHash('sha256').update(anchors).digest('hex'),
    by: 'linkerd/proxy-injector',
    namespace,
    owner: { kind, name },
  });
  for (const container of [...(injected.spec.initContainers ?? []), ...injected.spec.containers]) {
    container.volumeMounts = [...(container.volumeMounts ?? []), { ...token, readOnly: true }];
    if (container.name === PROXY_CONTAINER) container.env.push(...proxySettings(namespace, version));
  }
  return { apiVersion: 'v1', kind: 'Pod', ...injected } as unknown as KubeObject;
}

/** The variables of a proxy that nothing here reads, but that make up a good part of what a pod weighs. */
function proxySettings(namespace: string, version: string): { name: string; value: string }[] {
  const identity = `default.${namespace}.serviceaccount.identity.linkerd.cluster.local`;
  const service = (name: string) => `${name}.linkerd.serviceaccount.identity.linkerd.cluster.local`;
  const networks = '10.0.0.0/8,100.64.0.0/10,172.16.0.0/12,192.168.0.0/16,fd00::/8';
  const settings = {
    LOG_FORMAT: 'plain',
    CORES: '1',
    CONTROL_STREAM_INITIAL_TIMEOUT: '3s',
    CONTROL_STREAM_IDLE_TIMEOUT: '5m',
    CONTROL_STREAM_LIFETIME: '1h',
    DESTINATION_CONTEXT: `{"ns":"${namespace}","nodeName":"$(_pod_nodeName)","pod":"$(_pod_name)"}`,
    DESTINATION_PROFILE_NETWORKS: networks,
    DESTINATION_PROFILE_SUFFIXES: 'svc.cluster.local.',
    DESTINATION_SVC_NAME: service('linkerd-destination'),
    IDENTITY_LOCAL_NAME: identity,
    IDENTITY_SVC_NAME: service('linkerd-identity'),
    INBOUND_ACCEPT_KEEPALIVE: '10000ms',
    INBOUND_CONNECT_TIMEOUT: '100ms',
    INBOUND_DEFAULT_POLICY: 'all-unauthenticated',
    INBOUND_DISCOVERY_IDLE_TIMEOUT: '90s',
    INBOUND_IPS: '$(_pod_ips)',
    INBOUND_PORTS: '8080,9090',
    INBOUND_PORTS_DISABLE_PROTOCOL_DETECTION: '25,587,3306,4444,5432,6379,9300,11211',
    OUTBOUND_CONNECT_KEEPALIVE: '10000ms',
    OUTBOUND_CONNECT_TIMEOUT: '1000ms',
    OUTBOUND_DISCOVERY_IDLE_TIMEOUT: '5s',
    OUTBOUND_LISTEN_ADDRS: '127.0.0.1:4140,[::1]:4140',
    POLICY_CLUSTER_NETWORKS: networks,
    POLICY_SVC_NAME: service('linkerd-destination'),
    POLICY_WORKLOAD: `{"ns":"${namespace}","pod":"$(_pod_name)"}`,
    SHUTDOWN_GRACE_PERIOD: '120s',
    USER_AGENT: `linkerd-proxy/${version}`,
  };
  return Object.entries(settings).map(([name, value]) => ({ name: `LINKERD2_PROXY_${name}`, value }));
}

const tokenVolume = (name: string) => ({
  name,
  projected: {
    defaultMode: 420,
    sources: [
      { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      {
        downwardAPI: {
          items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
        },
      },
    ],
  },
});

/** The status that a kubelet gives to a pod of which everything runs. */
export function runningStatus(pod: KubeObject, place: number): Record<string, unknown> {
  const at = Date.parse(SINCE);
  const life = beginLife(pod, at);
  life.ip = `10.${64 + (place >> 16)}.${(place >> 8) & 255}.${place & 255}`;
  for (const container of life.containers) {
    const id = createHash('sha256').update(`${pod.metadata.uid}/${container.spec.name}`).digest('hex');
    container.containerId = `containerd://${id}`;
    container.startedAt = at;
    if (container.kind === 'init') {
      container.state = 'ended';
      container.ending = {
        code: 0,
        reason: 'Completed',
        startedAt: at,
        finishedAt: at + 1000,
        containerId: container.containerId,
      };
    } else {
      container.state = 'running';
      container.ready = true;
    }
  }
  return podStatus(pod, life, at, '10.0.0.1');
}
