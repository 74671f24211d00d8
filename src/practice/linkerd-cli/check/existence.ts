import { COMPONENT } from '../../../linkerd/manifest.ts';
import type { KubeObject } from '../../kube-client.ts';
import { core, isReady, namespaced, phaseOf, refs } from '../cluster.ts';
import { type CheckContext, needConfig } from './context.ts';
import { type Check, CheckFailure } from './model.ts';
import { inside } from './networks.ts';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

const conditionsOf = (object: KubeObject): Condition[] =>
  (object.status as { conditions?: Condition[] } | undefined)?.conditions ?? [];

/** Deployments without which nothing works, by version. */
export const deploymentsOf = (major: number): string[] =>
  major >= 11
    ? ['linkerd-destination', 'linkerd-identity', 'linkerd-proxy-injector']
    : [
        'linkerd-controller',
        'linkerd-destination',
        'linkerd-identity',
        'linkerd-proxy-injector',
        'linkerd-sp-validator',
      ];

async function controlPlanePods(context: CheckContext): Promise<KubeObject[]> {
  return (await context.client.list(core('pods', context.namespace), { labelSelector: COMPONENT })).items;
}

/** Category `linkerd-existence`. One ready pod for each deployment is enough for it: a rollout that is stuck passes. */
export function existenceChecks(context: CheckContext): Check[] {
  const { client, namespace } = context;
  return [
    {
      description: "'linkerd-config' config map exists",
      anchor: 'l5d-existence-linkerd-config',
      severity: 'fatal',
      run: async () => {
        await needConfig(context);
        return undefined;
      },
    },
    {
      description: 'heartbeat ServiceAccount exist',
      anchor: 'l5d-existence-sa',
      severity: 'fatal',
      run: async () => {
        if ((await needConfig(context)).disableHeartBeat === true) return 'skip';
        if ((await client.get(core('serviceaccounts', namespace), 'linkerd-heartbeat')) === undefined) {
          throw new CheckFailure('missing ServiceAccounts: linkerd-heartbeat');
        }
        return undefined;
      },
    },
    {
      description: 'control plane replica sets are ready',
      anchor: 'l5d-existence-replicasets',
      severity: 'fatal',
      retry: true,
      run: async () => {
        const { items } = await client.list(namespaced('apps/v1', 'replicasets', namespace), {
          labelSelector: COMPONENT,
        });
        const failures = items.flatMap((set) =>
          conditionsOf(set)
            .filter((one) => one.type === 'ReplicaFailure' && one.status === 'True')
            .map((one) => `${one.reason}: ${one.message}`),
        );
        if (failures.length > 0) throw new CheckFailure(failures.join('\n'));
        return undefined;
      },
    },
    {
      description: 'no unschedulable pods',
      anchor: 'l5d-existence-unschedulable-pods',
      severity: 'warning',
      retry: true,
      run: async () => {
        const waiting = (await controlPlanePods(context)).flatMap((pod) =>
          conditionsOf(pod)
            .filter((one) => one.reason === 'Unschedulable')
            .map((one) => `${pod.metadata.name}: ${one.message}`),
        );
        if (waiting.length > 0) throw new CheckFailure(waiting.join('\n'));
        return undefined;
      },
    },
    {
      description: 'control plane pods are ready',
      anchor: 'l5d-api-control-ready',
      severity: 'fatal',
      retry: true,
      run: async () => {
        const pods = (await controlPlanePods(context)).filter((pod) => phaseOf(pod) === 'Running');
        for (const name of deploymentsOf(context.major)) {
          const component = name.replace('linkerd-', '');
          const own = pods.filter((pod) => pod.metadata.labels?.[COMPONENT] === component);
          if (own.length === 0) throw new CheckFailure(`No running pods for "${name}"`);
          if (own.some(isReady)) continue;
          const statuses = (own[0]!.status.containerStatuses ?? []) as { name: string; ready: boolean }[];
          const bad = statuses.find(({ ready }) => !ready)?.name ?? 'linkerd-proxy';
          throw new CheckFailure(`pod/${own[0]!.metadata.name} container ${bad} is not ready`);
        }
        return undefined;
      },
    },
    {
      description: 'cluster networks contains all node podCIDRs',
      anchor: 'l5d-cluster-networks-cidr',
      severity: 'error',
      run: async () => {
        if (context.major < 11) return 'skip';
        const networks = String((await needConfig(context)).clusterNetworks ?? '').split(',');
        const ranges = (await client.list(refs.nodes)).items.flatMap((node): string[] => {
          const { podCIDR, podCIDRs } = (node.spec ?? {}) as { podCIDR?: string; podCIDRs?: string[] };
          return podCIDRs ?? (podCIDR === undefined ? [] : [podCIDR]);
        });
        if (ranges.length === 0) return 'skip';
        const outside = ranges.filter((range) => !networks.some((one) => inside(range.split('/')[0]!, one)));
        if (outside.length > 0) {
          throw new CheckFailure(
            `node has podCIDR(s) [${outside.join(' ')}] which are not contained in the Linkerd clusterNetworks.`,
          );
        }
        return undefined;
      },
    },
    networkCheck(context, 'pods'),
    networkCheck(context, 'services'),
  ];
}

function networkCheck(context: CheckContext, what: 'pods' | 'services'): Check {
  return {
    description: `cluster networks contains all ${what}`,
    anchor: 'l5d-cluster-networks-pods',
    severity: 'error',
    run: async () => {
      if (context.major < (what === 'pods' ? 12 : 13)) return 'skip';
      const networks = String((await needConfig(context)).clusterNetworks ?? '').split(',');
      for (const object of (await context.client.list(core(what))).items) {
        const address: unknown = what === 'pods' ? object.status?.podIP : object.spec?.clusterIP;
        const host = what === 'pods' && object.spec?.hostNetwork === true;
        if (typeof address !== 'string' || address === '' || address === 'None' || host) continue;
        if (!networks.some((network) => inside(address, network))) {
          const short = what === 'pods' ? 'pod' : 'svc';
          const shown = networks.map((network) => `"${network}"`).join(', ');
          throw new CheckFailure(
            `the Linkerd clusterNetworks [${shown}] do not include ${short} ${object.metadata.namespace}/${object.metadata.name} (${address})`,
          );
        }
      }
      return undefined;
    },
  };
}
