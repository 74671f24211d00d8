import { factsOf } from '../../../linkerd/facts.ts';
import { COMPONENT, CONTROL_PLANE_NS } from '../../../linkerd/manifest.ts';
import type { KubeObject, ResourceRef } from '../../kube-client.ts';
import { core, crdProblems, isReady, namespaced, phaseOf, refs } from '../cluster.ts';
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
const deploymentsOf = (major: number): string[] =>
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

/** Names of a kind with the control plane's label against those that the version must have. */
function labelledExist(
  context: CheckContext,
  ref: ResourceRef,
  kind: string,
  plural: string,
  anchor: string,
): Check {
  return {
    description: `control plane ${plural} exist`,
    anchor,
    severity: 'fatal',
    run: async () => {
      const wanted = factsOf(context.version).objects[kind] ?? [];
      const { items } = await context.client.list(ref, { labelSelector: CONTROL_PLANE_NS });
      const there = new Set(items.map((item) => item.metadata.name));
      const missing = wanted.filter((name) => !there.has(name) && !/heartbeat|policy$/.test(name));
      if (missing.length > 0) throw new CheckFailure(`missing ${plural}: ${missing.join(', ')}`);
      return undefined;
    },
  };
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

/** The check of `linkerd-crd`, which `check --crds` runs, and of `linkerd-config`. */
export function crdCheck(context: CheckContext): Check {
  return {
    description: 'control plane CustomResourceDefinitions exist',
    anchor: 'l5d-existence-crd',
    severity: 'fatal',
    retry: true,
    run: async () => {
      const problems = await crdProblems(context.client, context.version);
      if (problems.length > 0) throw new CheckFailure(problems.join(', '));
      return undefined;
    },
  };
}

/** Category `linkerd-config`: what a control plane consists of, beside its pods. */
export function configChecks(context: CheckContext): Check[] {
  const { client, namespace } = context;
  return [
    {
      description: 'control plane Namespace exists',
      anchor: 'l5d-existence-ns',
      severity: 'fatal',
      run: async () => {
        if ((await client.get(refs.namespaces, namespace)) === undefined) {
          throw new CheckFailure(`The "${namespace}" namespace does not exist`);
        }
        return undefined;
      },
    },
    labelledExist(context, refs.clusterRoles, 'ClusterRole', 'ClusterRoles', 'l5d-existence-cr'),
    labelledExist(
      context,
      refs.clusterRoleBindings,
      'ClusterRoleBinding',
      'ClusterRoleBindings',
      'l5d-existence-crb',
    ),
    labelledExist(
      context,
      core('serviceaccounts', namespace),
      'ServiceAccount',
      'ServiceAccounts',
      'l5d-existence-sa',
    ),
    { ...crdCheck(context), retry: false },
    labelledExist(
      context,
      refs.mutating,
      'MutatingWebhookConfiguration',
      'MutatingWebhookConfigurations',
      'l5d-existence-mwc',
    ),
    labelledExist(
      context,
      refs.validating,
      'ValidatingWebhookConfiguration',
      'ValidatingWebhookConfigurations',
      'l5d-existence-vwc',
    ),
    {
      description: 'proxy-init container runs as root user if docker container runtime is used',
      anchor: 'l5d-proxy-init-run-as-root',
      severity: 'error',
      run: async () => {
        if (context.major < 12) return 'skip';
        const config = await needConfig(context);
        if ((config.proxyInit as { runAsRoot?: boolean } | undefined)?.runAsRoot === true) return undefined;
        const { items } = await client.list(refs.nodes);
        if (
          items.some((node) =>
            String(node.status?.nodeInfo?.containerRuntimeVersion ?? '').startsWith('docker:'),
          )
        ) {
          throw new CheckFailure(
            'there are nodes using the docker container runtime and proxy-init container must run as root user.\n' +
              'try installing linkerd via --set proxyInit.runAsRoot=true',
          );
        }
        return undefined;
      },
    },
  ];
}

/** Category `linkerd-ha-checks`; only for a control plane with more than one replica. */
export function haChecks(context: CheckContext): Check[] {
  return [
    {
      description: 'multiple replicas of control plane pods',
      anchor: 'l5d-control-plane-replicas',
      severity: 'warning',
      retry: true,
      run: async () => {
        const config = await needConfig(context);
        if (Number(config.controllerReplicas ?? 1) < 2) return 'skip';
        const few: string[] = [];
        for (const name of deploymentsOf(context.major)) {
          const found = await context.client.get(
            namespaced('apps/v1', 'deployments', context.namespace),
            name,
          );
          if (Number(found?.status?.availableReplicas ?? 0) <= 1) few.push(name);
        }
        if (few.length > 0) throw new CheckFailure(`not enough replicas available for [${few.join(' ')}]`);
        return undefined;
      },
    },
  ];
}
