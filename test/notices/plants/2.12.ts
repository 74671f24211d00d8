/** Plants for the notices of 2.12, by id. */
import { thing } from '../../diagnosis/mesh-objects.ts';
import {
  deployment,
  extension,
  kubernetes,
  node,
  type Plant,
  pod,
  policyEngine,
  release,
  server,
  values,
  viz,
} from './make.ts';

export const plants212: Readonly<Record<string, readonly Plant[]>> = {
  '2.12-k8s': [kubernetes('v1.20.15', 'v1.21.0')],
  '2.12-crds': [
    {
      without: ['authorizationpolicies.policy.linkerd.io'],
      names: ['CustomResourceDefinition authorizationpolicies.policy.linkerd.io not found'],
    },
  ],
  '2.12-helm-split': [
    {
      objects: [release({}, { name: 'linkerd2', version: '2.11.5' })],
      names: ['HelmRelease linkerd/linkerd chart.version=2.11.5'],
    },
  ],
  '2.12-smi': [
    {
      objects: [thing('TrafficSplit', 'web', { service: 'web' })],
      names: ['TrafficSplit shop/web spec.service=web'],
    },
  ],
  '2.12-grafana': [
    {
      objects: [
        deployment('grafana', 'linkerd-viz', {}, { labels: viz }),
        deployment('grafana', 'monitoring'),
      ],
      names: ['Deployment linkerd-viz/grafana is there'],
    },
    values({ grafana: { enabled: false } }, 'grafana.enabled=false'),
  ],
  '2.12-ext-ns': [
    {
      objects: [release({}, { name: 'linkerd-viz', version: '2.11.5' })],
      names: ['HelmRelease linkerd/linkerd chart.version=2.11.5'],
    },
    { objects: [release({}, { name: 'linkerd-viz', version: '30.3.0' })], names: [] },
  ],
  '2.12-viz-authz': [
    {
      objects: [
        {
          ...thing('ServerAuthorization', 'admin', {}, {}, 'linkerd-viz'),
          metadata: { name: 'admin', namespace: 'linkerd-viz', labels: viz },
        },
        thing('ServerAuthorization', 'mine', {}),
      ],
      names: ['ServerAuthorization linkerd-viz/admin metadata.name=admin'],
    },
  ],
  '2.12-runasroot': [
    {
      objects: [node('old', { containerRuntimeVersion: 'docker://19.3.1' })],
      names: ['Node old status.nodeInfo.containerRuntimeVersion=docker://19.3.1'],
    },
  ],
  '2.12-eps': [values({ enableEndpointSlices: false }, 'enableEndpointSlices=false')],
  '2.12-token': [
    values(
      { identity: { serviceAccountTokenProjection: false } },
      'identity.serviceAccountTokenProjection=false',
    ),
    policyEngine,
  ],
  '2.12-injector-ns': [
    ...['kube-system', 'cert-manager'].map((at): Plant => {
      const made = pod('mine');
      return {
        objects: [{ ...made, metadata: { ...made.metadata, namespace: at } }],
        names: [`Deployment ${at}/mine is there`],
      };
    }),
  ],
  '2.12-cronjob': [kubernetes('v1.25.0', 'v1.24.17')],
  '2.12-policy': [
    {
      objects: [server('api', { port: 'http' }), server('metrics-api', { port: 'http' }, 'linkerd-viz', viz)],
      names: ['Server shop/api spec.port=http'],
    },
  ],
  '2.12-default-policy': [
    values({ policyController: { defaultAllowPolicy: 'deny' } }, 'policyController.defaultAllowPolicy=deny'),
  ],
  '2.12.0-jaeger': [extension('jaeger')],
  '2.12.1-pdb': [kubernetes('v1.25.0', 'v1.24.17')],
};
