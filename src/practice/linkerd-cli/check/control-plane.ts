import { factsOf } from '../../../linkerd/facts.ts';
import { CONTROL_PLANE_NS } from '../../../linkerd/manifest.ts';
import type { ResourceRef } from '../../kube-client.ts';
import { core, crdProblems, namespaced, refs } from '../cluster.ts';
import { type CheckContext, needConfig } from './context.ts';
import { deploymentsOf } from './existence.ts';
import { type Check, CheckFailure } from './model.ts';

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
