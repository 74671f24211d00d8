/** Rollouts that do not go on: of the control plane, of extensions, and of workloads with a proxy. */
import { asksForProxy, injectsInto } from '../../linkerd/who-gets-proxies.ts';
import { entry, record } from '../../rollout/json.ts';
import type { Reason, Rollout } from '../../rollout/model.ts';
import { INJECT } from '../../rollout/read-workload.ts';
import { reasonDetail } from '../../rollout/words.ts';
import type { Detector, Found } from '../detector.ts';
import type { Evidence } from '../finding.ts';
import type { ObjectPart } from '../snapshot.ts';
import type { View } from '../view.ts';
import { causesOf } from './causes-of-stuck.ts';

type Code = 'control-plane-stuck' | 'extension-stuck' | 'workload-stuck';

export const stuckDetector: Detector = {
  kinds: {
    'control-plane-stuck': {
      severity: 'blocker',
      layer: 'control-plane',
      title: 'A rollout of the control plane does not go on',
    },
    'extension-stuck': {
      severity: 'error',
      layer: 'extension',
      title: 'A rollout of an extension does not go on',
    },
    'workload-stuck': {
      severity: 'error',
      layer: 'data-plane',
      title: 'A rollout of a workload with a proxy does not go on',
    },
  },
  needs: ['deployments', 'replicaSets', 'pods'],
  look(view) {
    const stuck = view.rollouts.filter(isStuck);
    const own = new Set(
      view.controlPlanes.flatMap(({ deployments }) => deployments.map(({ metadata }) => metadata.uid)),
    );
    const extensions = new Set(
      view
        .objects('namespaces')
        .filter(({ metadata }) => entry(metadata.labels, 'linkerd.io/extension') !== '')
        .map(({ metadata }) => metadata.name),
    );
    const codeOf = (rollout: Rollout): Code | undefined => {
      if (own.has(rollout.uid)) return 'control-plane-stuck';
      if (extensions.has(rollout.ref.namespace)) return 'extension-stuck';
      return isMeshed(rollout, view) ? 'workload-stuck' : undefined;
    };
    return (['control-plane-stuck', 'extension-stuck', 'workload-stuck'] as const).flatMap((code) =>
      grouped(
        code,
        stuck.filter((rollout) => codeOf(rollout) === code),
      ),
    );
  },
};

/** It waits for something that does not come by itself. */
const isStuck = ({ phase, reasons }: Rollout): boolean =>
  phase === 'STUCK' || (phase === 'NOT_OBSERVED' && reasons.some(({ kind }) => kind === 'doomed'));

const parts: Readonly<Record<Rollout['ref']['kind'], ObjectPart>> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulSets',
  DaemonSet: 'daemonSets',
};

/** Its pods have a proxy, or ask for one; of one whose pods cannot be made only the latter can be seen. */
function isMeshed({ ref, revisions }: Rollout, view: View): boolean {
  if (revisions.some(({ pods }) => pods.some(({ meshed }) => meshed))) return true;
  const workload = view.object(parts[ref.kind], ref.namespace, ref.name);
  const namespace = view.object('namespaces', '', ref.namespace);
  const own = entry(record(record(record(workload?.spec).template).metadata).annotations, INJECT);
  const asked = own === '' ? entry(namespace?.metadata.annotations, INJECT) : own;
  return asksForProxy(asked) && injectsInto(namespace?.metadata.labels ?? {});
}

const noReason: Pick<Reason, 'code' | 'title' | 'message' | 'subject' | 'advice' | 'evidence'> = {
  code: 'UNDETERMINED',
  title: 'no cause found',
  message: '',
  subject: '',
  advice: '',
  evidence: [],
};

/** One finding for each reason, with all workloads that have it for their first. */
function grouped(code: Code, stuck: readonly Rollout[]): readonly Found[] {
  const groups = new Map<string, { readonly reason: typeof noReason; readonly rollouts: Rollout[] }>();
  for (const rollout of stuck) {
    const reason = rollout.reasons[0] ?? noReason;
    const key = `${reason.code}\n${reason.subject}\n${reason.message}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { reason, rollouts: [rollout] });
    else group.rollouts.push(rollout);
  }
  return [...groups.values()].map(({ reason, rollouts }) => found(code, reason, rollouts));
}

const explanations: Readonly<Record<Code, string>> = {
  'control-plane-stuck':
    'The upgrade cannot go on before the new control plane is up. Old pods serve meanwhile where any are left, and linkerd check is content with one.',
  'extension-stuck':
    'The mesh works without it, but what the extension is for may be gone: numbers and tap, or traffic to other clusters.',
  'workload-stuck':
    'Old pods serve meanwhile where any are left. A restart of the data plane stops at such a workload.',
};

function found(code: Code, reason: typeof noReason, rollouts: readonly Rollout[]): Found {
  const [first] = rollouts as readonly [Rollout, ...Rollout[]];
  const { namespace, name, kind } = first.ref;
  const who = code === 'control-plane-stuck' ? name : `${namespace}/${name}`;
  const more = rollouts.length === 1 ? '' : ` and ${rollouts.length - 1} more`;
  return {
    code,
    certainty: 'confirmed',
    title: `${who}${more} ${rollouts.length === 1 ? 'does' : 'do'} not come up: ${reason.title}`,
    explanation: explanations[code],
    subjects: rollouts.map(({ ref }) => ({ ...ref })),
    causedBy: causesOf(reason.code),
    evidence: [statusEvidence(first), ...reason.evidence.map((each) => evidenceOf(each, namespace))],
    causes: [reasonDetail({ ...reason, message: reason.message || reason.title } as Reason)],
    remedy: {
      text:
        reason.advice || 'Look at its events and at the log of the container that is named, and mend that.',
      risk: 'change',
      verify: `kubectl --namespace ${namespace} rollout status ${kind.toLowerCase()}/${name} --timeout=60s`,
    },
  };
}

function statusEvidence({ ref, kubectl, reasons }: Rollout): Evidence {
  return {
    kind: 'condition',
    ref: `${ref.kind} ${ref.namespace}/${ref.name}`,
    path: 'status',
    value: `${reasons[0]?.code ?? 'UNDETERMINED'}: ${kubectl.message}`,
  };
}

/** `Pod/web-1 status.x=y` and `Event Pod/web-1 Failed: message`, as the rules of rollouts write them, taken apart. */
function evidenceOf(line: string, namespace: string): Evidence {
  const event = /^Event (\w+)\/(\S+) (.*)$/s.exec(line);
  if (event) {
    const [, kind = '', name = '', value = ''] = event;
    return { kind: 'event', ref: `${kind} ${namespace}/${name}`, value };
  }
  const field = /^(\w+)\/(\S+) ([^=]+)(?:=(.*))?$/s.exec(line);
  if (field === null) return { kind: 'field', ref: `Namespace ${namespace}`, value: line };
  const [, kind = '', name = '', path = '', value] = field;
  const ref = `${kind} ${namespace}/${name}`;
  return value === undefined ? { kind: 'field', ref, value: path } : { kind: 'field', ref, path, value };
}
