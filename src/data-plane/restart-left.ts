/** What a restart leaves as it is though it was chosen, and what the operator does about it instead. */
import type { OwnerKind, Role } from './model.ts';
import type { LeftCode, RestartTarget } from './restart-plan.ts';

/** Why it is left out. */
export interface Why {
  readonly code: LeftCode;
  readonly why: string;
}

/** What no patch of a pod template brings about; undefined for kinds that are restarted. */
export function whyNotOfKind(kind: OwnerKind, namespace: string, name: string): Why | undefined {
  switch (kind) {
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
      return undefined;
    case 'Pod':
      return {
        code: 'BARE_POD',
        why: 'A pod without an owner: nothing brings it back. Delete it and create it again from its manifest.',
      };
    case 'Job':
      return {
        code: 'JOB',
        why: 'A Job runs to its end with the proxy it has; its next run gets the new one.',
      };
    case 'CronJob':
      return { code: 'CRON_JOB', why: 'Its next run gets the new proxy.' };
    case 'Rollout':
      return {
        code: 'ROLLOUT',
        why: `Argo Rollouts restarts it: kubectl argo rollouts restart ${name} -n ${namespace}`,
      };
    case 'ReplicaSet':
    case 'ReplicationController':
      return {
        code: 'OTHER_OWNER',
        why: `A ${kind} by itself does not replace its pods when its template changes: delete them one by one.`,
      };
    case 'Other':
      return {
        code: 'OTHER_OWNER',
        why: 'A controller of its own makes its pods: restart them as that one has it done.',
      };
  }
}

/** What keeps a restart from having an effect on this workload, whatever its proxies are. */
export function whyNotNow(target: RestartTarget): Why | undefined {
  const { kind, namespace, name, desired, partition } = target;
  const named = `${kind.toLowerCase()}/${name} -n ${namespace}`;
  if (target.deleting) return { code: 'DELETING', why: 'It is being deleted.' };
  if (target.paused) {
    return {
      code: 'PAUSED',
      why: `Its rollouts are paused: a restart would begin only when they are resumed (kubectl rollout resume ${named}).`,
    };
  }
  if (target.strategy === 'OnDelete') {
    return {
      code: 'ON_DELETE',
      why: 'Its strategy is OnDelete: a pod is replaced only when somebody deletes it. Delete its pods one by one, each when the one before is ready.',
    };
  }
  if (desired === 0) return { code: 'ZERO', why: 'It has no pods now; those to come get the new proxy.' };
  if (kind === 'StatefulSet' && partition >= desired) {
    return {
      code: 'PARTITION',
      why: `A partition of ${partition} holds back all of its ${desired} pods: a restart would replace none.`,
    };
  }
  return undefined;
}

/** Why the new pods would have the proxy that the old ones have; undefined where they get the expected version. */
export function whySameProxy(target: RestartTarget, expect: string, same: SameVersion): Why | undefined {
  const { proxyInTemplate, pin } = target;
  if (proxyInTemplate !== '') {
    if (same(proxyInTemplate, expect)) return undefined;
    return {
      code: 'IN_TEMPLATE',
      why: `Its proxy ${proxyInTemplate} stands in its own template: a restart brings the same one. Inject it anew: linkerd inject --manual.`,
    };
  }
  if (pin === '' || same(pin, expect)) return undefined;
  return {
    code: 'PINNED',
    why: `Pinned to ${pin} by an annotation under config.linkerd.io: a restart brings the same proxy. Take the annotation off its template or namespace.`,
  };
}

/** Whether two names stand for one version. */
export type SameVersion = (a: string, b: string) => boolean;

/** Why a part of Linkerd itself waits for its own upgrade. */
export function whyNotRole(role: Exclude<Role, 'data-plane'>, extension: string, namespace: string): Why {
  if (role === 'control-plane') {
    return { code: 'CONTROL_PLANE', why: 'Part of the control plane: its own upgrade restarts it.' };
  }
  const of = extension === '' ? 'of Linkerd' : extension;
  return {
    code: 'EXTENSION',
    why: `Part of the extension ${of}: its upgrade restarts it. To restart it here, name the namespace ${namespace}.`,
  };
}
