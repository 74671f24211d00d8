/** Plants for the notices of 2.10, by id. */
import { namespace } from '../../diagnosis/mesh-objects.ts';
import {
  annotated,
  database,
  deployment,
  kubernetes,
  object,
  type Plant,
  policyEngine,
  release,
  values,
} from './make.ts';

export const plants210: Readonly<Record<string, readonly Plant[]>> = {
  '2.10-k8s': [kubernetes('v1.15.12', 'v1.16.0')],
  '2.10-k8s-apis': [kubernetes('v1.25.0', 'v1.24.17')],
  '2.10-crdv1': [kubernetes('v1.15.12', 'v1.16.0'), policyEngine],
  '2.10-viz-split': [
    {
      objects: [
        deployment('linkerd-prometheus', 'linkerd'),
        deployment('linkerd-web', 'linkerd'),
        deployment('linkerd-web', 'shop'),
      ],
      names: ['Deployment linkerd/linkerd-prometheus is there', 'Deployment linkerd/linkerd-web is there'],
    },
  ],
  '2.10-prometheus-volume': [
    values({ prometheus: { persistence: { size: '8Gi' } } }, 'prometheus.persistence.size=8Gi'),
  ],
  '2.10-ext-split': [
    {
      objects: [
        deployment('linkerd-gateway', 'linkerd-multicluster'),
        deployment('linkerd-service-mirror-east', 'linkerd-multicluster'),
      ],
      names: [
        'Deployment linkerd-multicluster/linkerd-gateway is there',
        'Deployment linkerd-multicluster/linkerd-service-mirror-east is there',
      ],
    },
    {
      objects: [deployment('linkerd-jaeger', 'linkerd')],
      names: ['Deployment linkerd/linkerd-jaeger is there'],
    },
    values({ tracing: { enabled: true } }, 'tracing.enabled=true'),
  ],
  '2.10-helm-global': [
    {
      objects: [
        release({ global: { identityTrustDomain: 'cluster.local' } }, { name: 'linkerd2', version: '2.9.4' }),
      ],
      names: ['HelmRelease linkerd/linkerd chart.name=linkerd2'],
    },
  ],
  '2.10-helm-moved': [
    values({ dashboard: { replicas: 2 } }, 'dashboard.replicas=2'),
    values(
      { global: { proxy: { trace: { collectorSvcAddr: 'otel.tracing:55678' } } } },
      'global.proxy.trace.collectorSvcAddr=otel.tracing:55678',
    ),
  ],
  '2.10-ports': database,
  '2.10-skipped-ports': [
    annotated('config.linkerd.io/skip-outbound-ports', '3306'),
    annotated('config.linkerd.io/skip-inbound-ports', '25'),
    values({ proxyInit: { ignoreInboundPorts: '25,443' } }, 'proxyInit.ignoreInboundPorts=25,443'),
  ],
  '2.10-pdb': [
    {
      objects: [deployment('linkerd-identity', 'linkerd', {}, { replicas: 3 })],
      names: ['Deployment linkerd/linkerd-identity spec.replicas=3'],
    },
  ],
  '2.10-tap-secret': [
    {
      objects: [
        object('APIService', 'v1alpha1.tap.linkerd.io', {
          spec: { service: { namespace: 'linkerd', name: 'linkerd-tap' } },
        }),
      ],
      names: ['APIService v1alpha1.tap.linkerd.io spec.service.name=linkerd-tap'],
    },
  ],
  '2.10.2-opaque-namespace': [
    {
      objects: [namespace('data', { 'config.linkerd.io/opaque-ports': '6379' })],
      names: ['Namespace data metadata.annotations["config.linkerd.io/opaque-ports"]=6379'],
    },
  ],
};
