/** Plants for the notices of 2.13 to 2.14, by id. */
import { thing } from '../../diagnosis/mesh-objects.ts';
import {
  bundle,
  cni,
  crd,
  database,
  GATEWAY,
  gateway,
  ingress,
  link,
  linked,
  object,
  type Plant,
  release,
  route,
  server,
  values,
  viz,
  withCni,
} from './make.ts';

export const plants213: Readonly<Record<string, readonly Plant[]>> = {
  '2.13-opaque-both': database,
  '2.13-httproute': [
    {
      objects: [route('v1alpha1'), { ...thing('HTTPRoute', 'web', {}), apiVersion: `${GATEWAY}/v1beta1` }],
      names: ['HTTPRoute shop/api apiVersion=policy.linkerd.io/v1alpha1'],
    },
  ],
  '2.13.0-crd-labels': [
    {
      without: ['httproutes.policy.linkerd.io'],
      objects: [crd('httproutes.policy.linkerd.io', { v1beta2: true })],
      names: [
        'CustomResourceDefinition httproutes.policy.linkerd.io metadata.name=httproutes.policy.linkerd.io',
      ],
    },
  ],
  '2.13-cni-validator': [withCni('is there'), values({ cniEnabled: true }, 'cniEnabled=true')],
  '2.13-kubeapi-ports': [
    {
      without: ['kubernetes'],
      objects: [
        object(
          'EndpointSlice',
          'kubernetes',
          { ports: [{ name: 'https', port: 16443 }] },
          { namespace: 'default' },
        ),
      ],
      names: ['EndpointSlice default/kubernetes ports[0].port=16443'],
    },
  ],
  '2.13-lease': [
    {
      objects: [object('Lease', 'policy-controller-write', { spec: {} }, { namespace: 'linkerd' })],
      names: ['Lease linkerd/policy-controller-write is there'],
    },
  ],
  '2.13-authz': [
    {
      objects: [
        server('admin', { port: 'admin-http' }, 'linkerd-viz', viz),
        server('admin', { port: 'http' }),
      ],
      names: ['Server linkerd-viz/admin metadata.name=admin'],
    },
    {
      objects: [
        {
          ...thing('ServerAuthorization', 'tap', {}, {}, 'linkerd-viz'),
          metadata: { name: 'tap', namespace: 'linkerd-viz', labels: viz },
        },
      ],
      names: ['ServerAuthorization linkerd-viz/tap metadata.name=tap'],
    },
  ],
  '2.13-waitbeforeexit': [values({ proxy: { waitBeforeExitSeconds: 30 } }, 'proxy.waitBeforeExitSeconds=30')],
  '2.13-ingress-bug': [ingress],
  '2.13.6-cni': [withCni('is there')],
  '2.14-relink': [linked, { objects: [link({ remoteDiscoverySelector: { matchLabels: {} } })], names: [] }],
  '2.14-gwapi': [
    {
      without: [`httproutes.${GATEWAY}`],
      objects: [gateway('httproutes', { v1beta1: true }, { [bundle]: 'v0.8.0' })],
      names: [`CustomResourceDefinition httproutes.${GATEWAY} metadata.annotations["${bundle}"]=v0.8.0`],
    },
  ],
  '2.14-gwapi-mandatory': [
    {
      without: [`httproutes.${GATEWAY}`],
      objects: [gateway('httproutes', { v1: true, v1beta1: false })],
      names: [`CustomResourceDefinition httproutes.${GATEWAY} spec.versions[0].name=v1`],
    },
  ],
  '2.14-httproute': [
    { objects: [route('v1beta2')], names: ['HTTPRoute shop/api apiVersion=policy.linkerd.io/v1beta2'] },
  ],
  '2.14-flat-network': [linked],
  '2.14-check-links': [linked],
  '2.14.6-chart': [{ objects: [release({})], names: ['HelmRelease linkerd/linkerd chart.version=1.16.11'] }],
  '2.14.9-cni': [
    withCni('metadata.name=linkerd-cni'),
    { objects: [cni('cr.l5d.io/linkerd/cni-plugin:v1.3.0', { 'repair-controller': 'x' })], names: [] },
  ],
};
