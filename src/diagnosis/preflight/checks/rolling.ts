/** Workloads that cannot be restarted without being missed: an upgrade of the data plane restarts every one with a proxy. */

import { chooseTargets } from '../../../data-plane/choose-targets.ts';
import { readNamespaceMeta } from '../../../data-plane/read-meta.ts';
import { readBudget, readRestartTarget } from '../../../data-plane/read-restart-target.ts';
import type { LeftCode, PlannedWorkload, Remark, RestartTarget } from '../../../data-plane/restart-plan.ts';
import { mayBeMissing } from '../../../data-plane/restart-remarks.ts';
import { PROXY_CONTAINER } from '../../../linkerd/proxy.ts';
import { record, records, whole } from '../../../rollout/json.ts';
import type { WorkloadKind } from '../../../rollout/model.ts';
import type { Evidence } from '../../finding.ts';
import type { ObjectPart } from '../../snapshot.ts';
import type { View } from '../../view.ts';
import type { PreflightCheck, PreflightRemark } from '../model.ts';
import { info, listed, warn } from '../remarks.ts';

const parts: Readonly<Record<WorkloadKind, ObjectPart>> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulSets',
  DaemonSet: 'daemonSets',
};

/** Who is not served, or not restarted, by what a restart says of it beforehand. */
const gaps: readonly Remark['code'][] = ['GAP', 'ONE_REPLICA', 'RECREATE'];
const byHand: readonly LeftCode[] = [
  'BARE_POD',
  'ON_DELETE',
  'OTHER_OWNER',
  'ROLLOUT',
  'PAUSED',
  'PARTITION',
];

export const rollingCheck: PreflightCheck = {
  name: 'restarts-without-downtime',
  group: 'data-plane',
  holds: 'meshed workloads can be restarted without being missed',
  needs: ['pods', 'deployments', 'statefulSets', 'daemonSets', 'namespaces', 'podDisruptionBudgets'],
  look(view) {
    const spaces = new Map(
      view.objects('namespaces').map((each) => [each.metadata.name, readNamespaceMeta(each)]),
    );
    const targets = (Object.keys(parts) as WorkloadKind[]).flatMap((kind) =>
      view
        .objects(parts[kind])
        .flatMap((each) => readRestartTarget(each, kind, spaces.get(each.metadata.namespace ?? '')) ?? []),
    );
    const budgets = view.objects('podDisruptionBudgets').flatMap((each) => readBudget(each) ?? []);
    const { workloads, left } = chooseTargets(view.survey, targets, budgets, {
      namespaces: [],
      workloads: [],
      only: 'meshed',
      expect: undefined,
      selected: false,
    });
    const hand = left.filter(({ code, role }) => role === 'data-plane' && byHand.includes(code));
    const remarks = [
      ...gaps.flatMap((code) => withRemark(workloads, code)),
      ...withRemark(workloads, 'NO_DISRUPTION'),
      ...hand.map((one) =>
        warn(
          `${one.kind} ${one.namespace}/${one.name}: ${one.why}`,
          [
            {
              kind: 'field',
              ref: `${one.kind} ${one.namespace}/${one.name}`,
              value: one.code,
              expected: 'a restart that replaces its pods',
            },
          ],
          'Settle with whoever owns it how and when it gets its new proxy.',
        ),
      ),
      ...unprobed(view, workloads),
      ...onHostPorts(view, targets, workloads),
    ];
    return remarks.length > 0
      ? remarks
      : [info(`${workloads.length} workloads can be restarted one pod after the other.`)];
  },
};

/** All workloads of which a restart says the same, as one remark. */
function withRemark(workloads: readonly PlannedWorkload[], code: Remark['code']): readonly PreflightRemark[] {
  const found = workloads.flatMap((workload) =>
    workload.remarks
      .filter((each) => each.code === code && each.level === 'warning')
      .map((remark) => ({ workload, remark })),
  );
  const [first] = found;
  if (first === undefined) return [];
  const names = found.map(({ workload }) => `${workload.namespace}/${workload.name}`);
  return [
    warn(
      `${listed(names)}: ${first.remark.text}`,
      found.map(
        ({ workload, remark }): Evidence => ({
          kind: 'field',
          ref: `${workload.kind} ${workload.namespace}/${workload.name}`,
          path: fieldFor[code] ?? 'spec',
          value: remark.short,
        }),
      ),
      adviceFor[code] ?? 'Settle with whoever owns it when it may be away.',
    ),
  ];
}

const fieldFor: Partial<Record<Remark['code'], string>> = {
  GAP: 'spec.strategy.rollingUpdate.maxUnavailable',
  ONE_REPLICA: 'spec.replicas',
  RECREATE: 'spec.strategy.type',
  NO_DISRUPTION: 'status.disruptionsAllowed of its PodDisruptionBudget',
};

const adviceFor: Partial<Record<Remark['code'], string>> = {
  GAP: 'Let fewer pods be missing (maxUnavailable), or plan the restart for when that does not matter.',
  ONE_REPLICA: 'Run two where it can be two; else settle with whoever owns it when it may be away.',
  RECREATE: 'Settle with whoever owns it when it may be away: it is down between its old and its new pod.',
  NO_DISRUPTION: 'Bring the missing pods up first.',
};

/** Containers that serve a port and do not say when they are ready. */
function unprobed(view: View, workloads: readonly PlannedWorkload[]): readonly PreflightRemark[] {
  const bare = workloads.filter((workload) => {
    const containers = containersOf(view, workload).filter(({ name }) => name !== PROXY_CONTAINER);
    return (
      containers.some(({ ports }) => records(ports).length > 0) &&
      containers.every(({ readinessProbe }) => readinessProbe === undefined)
    );
  });
  if (bare.length === 0) return [];
  return [
    warn(
      `${listed(bare.map(({ namespace, name }) => `${namespace}/${name}`))}: no container has a readiness probe, so a new pod counts as ready as soon as it is started, and the old one ends before anybody is served.`,
      bare.map(
        ({ kind, namespace, name }): Evidence => ({
          kind: 'field',
          ref: `${kind} ${namespace}/${name}`,
          path: 'spec.template.spec.containers[*].readinessProbe',
          value: 'not set',
        }),
      ),
      'Give it a readiness probe before it is restarted.',
    ),
  ];
}

/** A port of the node is free for one pod: a new one waits for the old one to go, or for a node without one. */
function onHostPorts(
  view: View,
  targets: readonly RestartTarget[],
  workloads: readonly PlannedWorkload[],
): readonly PreflightRemark[] {
  const found = workloads.flatMap((workload) => {
    const target = targets.find(
      ({ uid, name, namespace }) =>
        uid === workload.uid && name === workload.name && namespace === workload.namespace,
    );
    const port = containersOf(view, workload)
      .flatMap(({ ports }) => records(ports).map(({ hostPort }) => whole(hostPort)))
      .find((each) => each > 0);
    const waits =
      target?.kind === 'Deployment' && target.strategy !== 'Recreate' && mayBeMissing(target) === 0;
    return port !== undefined && waits ? [{ workload, port }] : [];
  });
  if (found.length === 0) return [];
  return [
    warn(
      `${listed(found.map(({ workload }) => `${workload.namespace}/${workload.name}`))}: takes a port of its node, and none of its pods may be missing. A new pod is placed only where a node has that port free.`,
      found.map(
        ({ workload, port }): Evidence => ({
          kind: 'field',
          ref: `${workload.kind} ${workload.namespace}/${workload.name}`,
          path: 'spec.template.spec.containers[*].ports[*].hostPort',
          value: String(port),
        }),
      ),
      'Let one pod be missing (maxUnavailable: 1), or keep a node free.',
    ),
  ];
}

const containersOf = (view: View, { kind, namespace, name }: PlannedWorkload) =>
  records(record(record(record(view.object(parts[kind], namespace, name)?.spec).template).spec).containers);
