/** Plants for the notices of 2.15 to 2.17, by id. */

import { daysAgo } from '../../diagnosis/mesh.ts';
import { thing } from '../../diagnosis/mesh-objects.ts';
import {
  annotated,
  bundle,
  deployment,
  extension,
  GATEWAY,
  gateway,
  job,
  kubernetes,
  linked,
  linkerds,
  NATIVE,
  node,
  object,
  type Plant,
  policyEngine,
  proxied,
  rules,
  SHUTDOWN,
  server,
  values,
  viz,
  WAIT,
  webhook,
} from './make.ts';

export const plants215: Readonly<Record<string, readonly Plant[]>> = {
  '2.15-k8s': [kubernetes('v1.21.14', 'v1.22.0')],
  '2.15-externalworkload': [
    {
      objects: [
        {
          ...thing('ExternalWorkload', 'vm', { meshTls: { identity: 'spiffe://vm' } }),
          apiVersion: 'workload.linkerd.io/v1beta1',
        },
      ],
      names: ['ExternalWorkload shop/vm spec.meshTls={"identity":"spiffe://vm"}'],
    },
    {
      objects: [{ ...thing('ExternalWorkload', 'vm', {}), apiVersion: 'workload.linkerd.io/v1alpha1' }],
      names: ['ExternalWorkload shop/vm apiVersion=workload.linkerd.io/v1alpha1'],
    },
  ],
  '2.15-server': [
    {
      objects: [server('api', { port: 'http' }), server('metrics-api', { port: 'http' }, 'linkerd-viz', viz)],
      names: ['Server shop/api apiVersion=policy.linkerd.io/v1beta1'],
    },
  ],
  '2.15-native-sidecar': [
    values({ proxy: { nativeSidecar: true } }, 'proxy.nativeSidecar=true'),
    annotated(NATIVE, 'true'),
    annotated(WAIT, '30'),
  ],
  '2.15-webhook-timeout': [
    {
      without: ['linkerd-proxy-injector-webhook-config'],
      objects: [
        object('MutatingWebhookConfiguration', 'linkerd-proxy-injector-webhook-config', {
          webhooks: [{ name: 'linkerd-proxy-injector.linkerd.io', timeoutSeconds: 30 }],
        }),
      ],
      names: [
        'MutatingWebhookConfiguration linkerd-proxy-injector-webhook-config webhooks[0].timeoutSeconds=30',
      ],
    },
  ],
  '2.15-digest': [
    {
      objects: [proxied('registry.example/proxy@sha256:0123')],
      names: ['Deployment shop/old spec.containers[0].image=registry.example/proxy@sha256:0123'],
    },
    {
      objects: [
        deployment('linkerd-identity', 'linkerd', { 'linkerd-proxy': 'registry.example/proxy@sha256:0123' }),
      ],
      names: [
        'Deployment linkerd/linkerd-identity spec.template.spec.containers[0].image=registry.example/proxy@sha256:0123',
      ],
    },
  ],
  '2.16-shutdown': [
    { objects: [job('CronJob', {})], names: ['CronJob shop/report metadata.name=report'] },
    { objects: [job('CronJob', { [SHUTDOWN]: 'enabled' })], names: [] },
    { objects: [job('CronJob', { 'linkerd.io/inject': 'disabled' })], names: [] },
    { objects: [job('Job', {})], names: ['Job shop/report metadata.name=report'] },
    { objects: [job('Job', {}, { completionTime: daysAgo(1).toISOString() })], names: [] },
  ],
  '2.16-proxyinit-resources': [
    values({ proxyInit: { resources: { cpu: { limit: '100m' } } } }, 'proxyInit.resources.cpu.limit=100m'),
  ],
  '2.16-grpcroute-crd': [
    {
      without: [`grpcroutes.${GATEWAY}`],
      objects: [gateway('grpcroutes', { v1: true, v1alpha2: true }, { [bundle]: 'v1.1.1' })],
      names: [`CustomResourceDefinition grpcroutes.${GATEWAY} metadata.annotations["${bundle}"]=v1.1.1`],
    },
  ],
  '2.16-gwapi-versions': [
    {
      without: [`grpcroutes.${GATEWAY}`],
      objects: [gateway('grpcroutes', { v1: true })],
      names: [`CustomResourceDefinition grpcroutes.${GATEWAY} spec.versions[0].name=v1`],
    },
  ],
  '2.16-server': [
    {
      objects: [server('api', { port: 'http' })],
      names: ['Server shop/api apiVersion=policy.linkerd.io/v1beta1'],
    },
  ],
  '2.16-ipv6': [
    values({ clusterNetworks: '10.0.0.0/8' }, 'clusterNetworks=10.0.0.0/8'),
    {
      objects: [node('dual', {}, { podCIDRs: ['10.1.0.0/24', 'fd00:1::/64'] })],
      names: ['Node dual spec.podCIDRs[1]=fd00:1::/64'],
    },
  ],
  '2.16-gwapi-optional': [
    {
      without: [`httproutes.${GATEWAY}`],
      names: [`CustomResourceDefinition httproutes.${GATEWAY} not found`],
    },
  ],
  '2.16-metric-rules': [rules('rate(inject_patchs_total[5m])')],
  '2.17-crds': [
    {
      objects: [
        gateway('tlsroutes', { v1alpha2: true }, { [bundle]: 'v1.1.1' }),
        gateway('tcproutes', { v1alpha2: true }, linkerds),
      ],
      names: [`CustomResourceDefinition tlsroutes.${GATEWAY} metadata.annotations["${bundle}"]=v1.1.1`],
    },
  ],
  '2.17-link': [linked],
  '2.17-mc-local': [extension('multicluster')],
  '2.17-sa-token': [
    {
      objects: [
        webhook('kyverno-resource-validating-webhook-cfg'),
        webhook('gatekeeper-validating-webhook-configuration'),
        webhook('istiod'),
      ],
      names: policyEngine.names,
    },
  ],
};
