/** Plants for the notices of 2.19 to 2.20, by id. */
import { thing } from '../../diagnosis/mesh-objects.ts';
import {
  annotated,
  bundle,
  cni,
  deployment,
  extension,
  GATEWAY,
  gateway,
  gatewayOfHelm,
  kubernetes,
  NATIVE,
  node,
  object,
  type Plant,
  rules,
  server,
  values,
  WAIT,
  withCni,
} from './make.ts';

export const plants219: Readonly<Record<string, readonly Plant[]>> = {
  '2.19-k8s': [kubernetes('v1.28.15', 'v1.29.0')],
  '2.19-jaeger-removed': [
    extension('jaeger'),
    {
      objects: [
        object('MutatingWebhookConfiguration', 'linkerd-jaeger-injector-webhook-config', { webhooks: [] }),
      ],
      names: ['MutatingWebhookConfiguration linkerd-jaeger-injector-webhook-config is there'],
    },
    values({ controlPlaneTracing: true }, 'controlPlaneTracing=true'),
  ],
  '2.19-iptables': [
    {
      objects: [
        node('old', { kernelVersion: '3.10.0-1160.el7.x86_64' }),
        node('new', { kernelVersion: '5.15.0' }),
      ],
      names: ['Node old status.nodeInfo.kernelVersion=3.10.0-1160.el7.x86_64'],
    },
  ],
  '2.19-policy-image': [
    values({ policyController: { image: { version: 'v1' } } }, 'policyController.image.version=v1'),
  ],
  '2.19-arm': [
    {
      objects: [node('pi', { architecture: 'arm' }), node('big', { architecture: 'arm64' })],
      names: ['Node pi status.nodeInfo.architecture=arm'],
    },
  ],
  '2.19-ports-names': [
    {
      objects: [
        object(
          'PodMonitor',
          'mesh',
          { spec: { podMetricsEndpoints: [{ port: 'admin-http' }] } },
          { namespace: 'monitoring' },
        ),
      ],
      names: ['PodMonitor monitoring/mesh spec.podMetricsEndpoints[0].port=admin-http'],
    },
    {
      objects: [
        object(
          'ServiceMonitor',
          'mesh',
          { spec: { endpoints: [{ port: 'web' }, { port: 'admin-http' }] } },
          { namespace: 'monitoring' },
        ),
      ],
      names: ['ServiceMonitor monitoring/mesh spec.endpoints[1].port=admin-http'],
    },
    {
      objects: [
        thing('NetworkPolicy', 'mine', { ingress: [{ ports: [{ port: 'grpc' }] }] }, {}, 'linkerd'),
        thing('NetworkPolicy', 'mine', { ingress: [{ ports: [{ port: 'grpc' }] }] }),
      ],
      names: ['NetworkPolicy linkerd/mine spec.ingress[0].ports[0].port=grpc'],
    },
    {
      objects: [server('mine', { port: 'admin-http' }, 'monitoring')],
      names: ['Server monitoring/mine spec.port=admin-http'],
    },
    {
      objects: [server('mine', { port: 'grpc' }, 'linkerd'), server('mine', { port: 'grpc' })],
      names: ['Server linkerd/mine spec.port=grpc'],
    },
    {
      objects: [
        thing('NetworkPolicy', 'mine', { ingress: [{ ports: [{ port: 'admin-http' }] }] }, {}, 'linkerd-viz'),
      ],
      names: ['NetworkPolicy linkerd-viz/mine spec.ingress[0].ports[0].port=admin-http'],
    },
  ],
  '2.19-gwapi-helm': [gatewayOfHelm],
  '2.19-metric-rules': [rules('sum(ip_port_subscribers)')],
  '2.19-netval': [
    values(
      { networkValidator: { enableSecurityContext: false } },
      'networkValidator.enableSecurityContext=false',
    ),
  ],
  '2.19-sidecar-beta': [annotated(NATIVE, 'true')],
  '2.20-k8s': [kubernetes('v1.30.9', 'v1.31.0')],
  '2.20-proxy-init': [
    values(
      { proxyInit: { image: { name: 'registry.example/proxy-init' } } },
      'proxyInit.image.name=registry.example/proxy-init',
    ),
    annotated('config.linkerd.io/init-image', 'registry.example/proxy-init'),
    annotated('config.linkerd.io/init-image-version', 'v2.4.3'),
    {
      objects: [
        deployment(
          'linkerd-identity',
          'linkerd',
          {},
          { inits: { 'linkerd-init': 'registry.example/proxy-init:v2.4.3' } },
        ),
      ],
      names: [
        'Deployment linkerd/linkerd-identity spec.template.spec.initContainers[0].image=registry.example/proxy-init:v2.4.3',
      ],
    },
  ],
  '2.20-native-sidecar-wait': [
    values({ proxy: { waitBeforeExitSeconds: 30 } }, 'proxy.waitBeforeExitSeconds=30'),
    annotated(WAIT, '30'),
  ],
  '2.20-cni': [
    withCni('spec.template.spec.containers[0].image=cr.l5d.io/linkerd/cni-plugin:v1.1.0'),
    { objects: [cni('cr.l5d.io/linkerd/cni-plugin:v1.6.4')], names: [] },
  ],
  '2.20-gwapi': [
    {
      without: [`httproutes.${GATEWAY}`],
      objects: [gateway('httproutes', { v1: true }, { [bundle]: 'v1.4.0' })],
      names: [`CustomResourceDefinition httproutes.${GATEWAY} metadata.annotations["${bundle}"]=v1.4.0`],
    },
    {
      without: [`grpcroutes.${GATEWAY}`],
      objects: [gateway('grpcroutes', { v1: true }, { [bundle]: 'v1.1.1' })],
      names: [`CustomResourceDefinition grpcroutes.${GATEWAY} metadata.annotations["${bundle}"]=v1.1.1`],
    },
    {
      without: [`grpcroutes.${GATEWAY}`],
      objects: [gateway('grpcroutes', { v1: true }, { [bundle]: 'v1.2.1' })],
      names: [],
    },
  ],
  '2.20-tlsroute': [
    {
      objects: [gateway('tlsroutes', { v1: true })],
      names: [`CustomResourceDefinition tlsroutes.${GATEWAY} spec.versions[0].name=v1`],
    },
  ],
  '2.20-mc-policy': [extension('multicluster')],
  '2.20-pause': [
    {
      objects: [
        deployment('linkerd-gateway', 'linkerd-multicluster', {
          pause: 'gcr.io/google_containers/pause:3.2',
        }),
      ],
      names: [
        'Deployment linkerd-multicluster/linkerd-gateway spec.template.spec.containers[0].image=gcr.io/google_containers/pause:3.2',
      ],
    },
  ],
  '2.20-podmonitor': [values({ podMonitor: { enabled: true } }, 'podMonitor.enabled=true')],
  '2.20-undefined-ports-profiles': [
    {
      objects: [thing('ServiceProfile', 'web.shop.svc.cluster.local', {})],
      names: ['ServiceProfile shop/web.shop.svc.cluster.local metadata.name=web.shop.svc.cluster.local'],
    },
  ],
};
