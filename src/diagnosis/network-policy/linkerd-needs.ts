/** The flows that Linkerd needs, by version: who has to reach whom on which port, and what happens otherwise. */
import { COMPONENT, CONTROL_PLANE_NS } from '../../linkerd/manifest.ts';
import type { ControlPlane, View } from '../view.ts';
import type { Need, OutsideSide, PodsSide } from './linkerd-model.ts';
import { apiServer, clusterDns, componentPods, extensionPods, meshedPods } from './mesh-pods.ts';
import { dialsInbound, INBOUND } from './mesh-ports.ts';

const EXTENSION = 'linkerd.io/extension';
/** Components of viz that ask the API server. */
const WATCHING = ['metrics-api', 'prometheus', 'tap', 'tap-injector', 'web'];

const isMeshed = ({ pods }: PodsSide) => pods.some(({ pod }) => Object.hasOwn(pod.labels, CONTROL_PLANE_NS));
const tcp = (...ports: readonly number[]) => ports.map((port) => ({ protocol: 'TCP' as const, port }));

/** The needs of one control plane of the release 2.`line`, but for those between meshed pods: `mesh-ports.ts` has them. */
export function linkerdNeeds(view: View, plane: ControlPlane, line: number): readonly Need[] {
  const { namespace } = plane;
  const component = (name: string): PodsSide => ({
    type: 'pods',
    name: `${namespace}/${name}`,
    pods: componentPods(view, plane, name),
    labels: { matchLabels: { [COMPONENT]: name } },
    namespace,
  });
  const extension = (name: string, component: string): PodsSide => {
    const pods = extensionPods(view, name, [component]);
    const labels = { matchLabels: { component, [EXTENSION]: name } };
    const of = pods[0]?.pod.namespace ?? `linkerd-${name}`;
    return { type: 'pods', name: `${of}/${component}`, pods, labels, namespace: of };
  };
  const viz = (name: string) => extension('viz', name);
  // Between meshed pods: what the proxy dials in place of the port.
  const wire = (from: PodsSide, to: PodsSide, port: number) =>
    dialsInbound(plane, line) && [from, to].every(isMeshed) ? tcp(INBOUND) : tcp(port);
  const meshed: PodsSide = {
    type: 'pods',
    name: 'every meshed pod',
    pods: meshedPods(view, plane),
    labels: { matchLabels: { [CONTROL_PLANE_NS]: namespace } },
    namespace: undefined,
  };
  const own: PodsSide = {
    type: 'pods',
    name: `every pod of ${namespace}`,
    pods: meshed.pods.filter(({ pod, component }) => pod.namespace === namespace && component !== ''),
    labels: { matchExpressions: [{ key: COMPONENT, operator: 'Exists' }] },
    namespace,
  };
  const watching = extensionPods(view, 'viz', WATCHING);
  const vizOwn: PodsSide = {
    type: 'pods',
    name: `every pod of ${watching[0]?.pod.namespace ?? 'linkerd-viz'}`,
    pods: watching,
    labels: {
      matchLabels: { [EXTENSION]: 'viz' },
      matchExpressions: [{ key: 'component', operator: 'In', values: WATCHING }],
    },
    namespace: watching[0]?.pod.namespace,
  };
  const server = apiServer(view);
  const api: OutsideSide = { type: 'outside', name: 'the API server', endpoint: server.endpoint };
  const dns = clusterDns(view);
  const validator = component(line >= 11 ? 'destination' : 'sp-validator');
  const noWebhook = 'resources of Linkerd cannot be written';
  const needs: readonly Need[] = [
    {
      group: 'webhooks',
      from: api,
      to: component('proxy-injector'),
      ports: tcp(8443),
      breaks: 'new pods get no proxy, or cannot be created',
    },
    {
      group: 'webhooks',
      from: api,
      to: validator,
      ports: line >= 11 ? tcp(8443, 9443) : tcp(8443),
      breaks: noWebhook,
    },
    {
      group: 'webhooks',
      from: api,
      to: viz('tap'),
      ports: tcp(8089),
      breaks: 'the API of tap is unavailable, and namespaces hang when they are deleted',
    },
    {
      group: 'webhooks',
      from: api,
      to: viz('tap-injector'),
      ports: tcp(8443),
      breaks: 'new pods are created slowly, and without tap',
    },
    {
      group: 'webhooks',
      from: api,
      to: extension('jaeger', 'jaeger-injector'),
      ports: tcp(8443),
      breaks: 'new pods are created slowly, and without traces',
    },
    {
      group: 'control-plane',
      from: meshed,
      to: component('identity'),
      ports: tcp(8080),
      breaks: 'the proxy gets no certificate and never becomes ready',
    },
    {
      group: 'control-plane',
      from: meshed,
      to: component('destination'),
      ports: line >= 11 ? tcp(8086, 8090) : tcp(8086),
      breaks: 'the proxy finds no destinations and no policies',
    },
    ...(server.port === undefined
      ? []
      : [
          {
            group: 'control-plane',
            from: own,
            to: api,
            ports: tcp(server.port),
            breaks: 'the control plane does not become ready',
          } as const,
          {
            group: 'observability',
            from: vizOwn,
            to: api,
            ports: tcp(server.port),
            breaks: 'viz does not become ready, and Prometheus finds no pods',
          } as const,
        ]),
    ...(dns === undefined
      ? []
      : [
          {
            group: 'control-plane',
            from: meshed,
            to: {
              type: 'pods',
              name: 'the cluster’s DNS',
              pods: dns.pods,
              labels: { matchLabels: dns.selector },
              namespace: dns.namespace,
            },
            ports: [
              { protocol: 'UDP', port: dns.port },
              { protocol: 'TCP', port: dns.port },
            ],
            breaks: 'the proxy does not find the control plane by its name',
          } as const,
        ]),
    {
      group: 'observability',
      from: viz('prometheus'),
      to: meshed,
      ports: tcp(4191),
      breaks: 'there are no metrics of these pods',
    },
    {
      group: 'observability',
      from: viz('tap'),
      to: meshed,
      ports: tcp(4190),
      breaks: 'linkerd viz tap hangs for these pods',
    },
    {
      group: 'observability',
      from: viz('metrics-api'),
      to: viz('prometheus'),
      ports: wire(viz('metrics-api'), viz('prometheus'), 9090),
      breaks: 'linkerd viz stat and the dashboard are empty',
    },
    {
      group: 'observability',
      from: viz('web'),
      to: viz('metrics-api'),
      ports: wire(viz('web'), viz('metrics-api'), 8085),
      breaks: 'the dashboard shows errors',
    },
  ];
  return needs.filter(({ from, to }) =>
    [from, to].every((side) => side.type === 'outside' || side.pods.length > 0),
  );
}
