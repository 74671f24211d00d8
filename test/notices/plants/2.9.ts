/** Plants for the notices of 2.7 to 2.9, by id. */
import { service } from '../../diagnosis/mesh-objects.ts';
import {
  deployment,
  kubernetes,
  mirrored,
  node,
  object,
  type Plant,
  policyEngine,
  proxied,
  running,
  values,
} from './make.ts';

export const plants29: Readonly<Record<string, readonly Plant[]>> = {
  '2.7.1-kubernetes': [kubernetes('v1.17.3', 'v1.16.9')],
  '2.8.1-eks': [
    {
      objects: [node('ip-10-0-0-1', {}, { providerID: 'aws:///eu-west-1a/i-0123' })],
      names: ['Node ip-10-0-0-1 spec.providerID=aws:///eu-west-1a/i-0123'],
    },
  ],
  '2.9-k8s': [kubernetes('v1.22.0', 'v1.21.9'), kubernetes('v1.12.4', 'v1.13.0')],
  '2.9.0-images': [mirrored, policyEngine],
  '2.9.4-registry': [mirrored, policyEngine],
  '2.9.0-mc-relink': [
    {
      objects: [deployment('linkerd-service-mirror', 'linkerd-multicluster')],
      names: ['Deployment linkerd-multicluster/linkerd-service-mirror is there'],
    },
    {
      objects: [
        {
          ...service('exported'),
          metadata: {
            name: 'exported',
            namespace: 'shop',
            annotations: { 'mirror.linkerd.io/gateway-name': 'linkerd-gateway' },
          },
        },
        // What was made here of another cluster's Service has the annotation, too.
        {
          ...service('web-east'),
          metadata: {
            name: 'web-east',
            namespace: 'shop',
            labels: { 'mirror.linkerd.io/mirrored-service': 'true' },
            annotations: { 'mirror.linkerd.io/gateway-name': 'linkerd-gateway' },
          },
        },
      ],
      names: ['Service shop/exported metadata.annotations["mirror.linkerd.io/gateway-name"]=linkerd-gateway'],
    },
  ],
  '2.9.0-ingress': [
    {
      objects: [running('front', 'registry.k8s.io/ingress-nginx/controller:v1.9.4')],
      names: [
        'Deployment shop/front spec.containers[1].image=registry.k8s.io/ingress-nginx/controller:v1.9.4',
      ],
    },
  ],
  '2.9.0-helm-values': [values({ controllerLogLevel: 'debug' }, 'controllerLogLevel=debug')],
  '2.9.0-webhook-secrets': [
    {
      objects: [object('Secret', 'linkerd-tap-tls', { type: 'Opaque' }, { namespace: 'linkerd' })],
      names: ['Secret linkerd/linkerd-tap-tls is there'],
    },
  ],
  '2.9.0-config': [
    {
      without: ['linkerd-config'],
      objects: [
        object(
          'ConfigMap',
          'linkerd-config',
          { data: { global: '{"version":"stable-2.8.1"}', proxy: '{}', install: '{}' } },
          { namespace: 'linkerd' },
        ),
      ],
      names: ['ConfigMap linkerd/linkerd-config metadata.name=linkerd-config'],
    },
  ],
  '2.9.4-http1': [
    {
      objects: [proxied('gcr.io/linkerd-io/proxy:stable-2.8.1'), running('new', 'app:2.8.1')],
      names: ['Deployment shop/old spec.containers[0].image=gcr.io/linkerd-io/proxy:stable-2.8.1'],
    },
  ],
};
