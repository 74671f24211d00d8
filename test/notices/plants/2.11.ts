/** Plants for the notices of 2.11, by id. */
import { namespace } from '../../diagnosis/mesh-objects.ts';
import {
  deployment,
  ingress,
  kubernetes,
  linked,
  node,
  object,
  ofWeb,
  type Plant,
  pod,
  rules,
  server,
  values,
} from './make.ts';

export const plants211: Readonly<Record<string, readonly Plant[]>> = {
  '2.11-k8s': [kubernetes('v1.16.15', 'v1.17.0')],
  '2.11-k8s-apis': [kubernetes('v1.25.0', 'v1.24.17')],
  '2.11-controller-gone': [
    {
      objects: [deployment('linkerd-controller', 'linkerd'), deployment('linkerd-sp-validator', 'linkerd')],
      names: [
        'Deployment linkerd/linkerd-controller is there',
        'Deployment linkerd/linkerd-sp-validator is there',
      ],
    },
    values({ publicAPIResources: { cpu: { limit: '1' } } }, 'publicAPIResources.cpu.limit=1'),
  ],
  '2.11-policy': [
    {
      objects: [node('gke-1', {}, { providerID: 'gce://project/zone/gke-1' })],
      names: ['Node gke-1 spec.providerID=gce://project/zone/gke-1'],
    },
  ],
  '2.11-distroless': [
    {
      objects: [pod('mine', {}, { shareProcessNamespace: true })],
      names: ['Deployment shop/mine spec.shareProcessNamespace=true'],
    },
  ],
  '2.11-ingress-tcp': [ingress],
  '2.11-mc-gateway': [
    linked,
    {
      objects: [
        deployment('linkerd-gateway', 'linkerd-multicluster', {
          nginx: 'nginx:1.17',
          'linkerd-proxy': 'proxy',
        }),
      ],
      names: ['Deployment linkerd-multicluster/linkerd-gateway spec.template.spec.containers[0].name=nginx'],
    },
    values({ gatewayServiceType: 'NodePort' }, 'gatewayServiceType=NodePort'),
  ],
  '2.11-psp': [
    {
      objects: [
        object('PodSecurityPolicy', 'linkerd-linkerd-control-plane'),
        object('PodSecurityPolicy', 'restricted'),
      ],
      names: ['PodSecurityPolicy linkerd-linkerd-control-plane is there'],
    },
  ],
  '2.11-metrics-rules': [rules('rate(tcp_connection_duration_ms_count[1m])')],
  '2.11-opaque-defaults': [
    { objects: [ofWeb('cache', { port: 6379 })], names: ['Service shop/cache spec.ports[1].port=6379'] },
    {
      objects: [ofWeb('cache', { port: 1, targetPort: 9300 })],
      names: ['Service shop/cache spec.ports[1].targetPort=9300'],
    },
  ],
  '2.11-default-policy': [
    { objects: [server('api', { port: 'http' })], names: ['Server shop/api spec.port=http'] },
    values({ policyController: { defaultAllowPolicy: 'deny' } }, 'policyController.defaultAllowPolicy=deny'),
    {
      objects: [namespace('data', { 'config.linkerd.io/default-inbound-policy': 'deny' })],
      names: ['Namespace data metadata.annotations["config.linkerd.io/default-inbound-policy"]=deny'],
    },
  ],
  '2.11.2-root': [
    values({ proxyInit: { runAsRoot: true } }, 'proxyInit.runAsRoot=true'),
    {
      objects: [node('old', { containerRuntimeVersion: 'docker://19.3.1' })],
      names: ['Node old status.nodeInfo.containerRuntimeVersion=docker://19.3.1'],
    },
  ],
};
