import type { Reason, ReasonCode, Rollout, RolloutPhase } from './model.ts';

/** What each code means, in the order of their rank. */
const titles: Readonly<Record<ReasonCode, string>> = {
  CONTROLLER_NOT_OBSERVING: 'no controller takes notice of the change',
  ADMISSION_WEBHOOK_FAILED: 'a webhook that must admit the pods cannot be called',
  ADMISSION_DENIED: 'a webhook or policy does not admit the pods',
  QUOTA_EXCEEDED: 'the namespace’s quota is used up',
  QUOTA_MISSING_REQUESTS: 'the quota wants requests or limits that the pods do not have',
  POD_SECURITY_VIOLATION: 'the pods violate the namespace’s pod security level',
  SERVICEACCOUNT_MISSING: 'the pods’ service account does not exist',
  CREATE_INVALID: 'the API server takes the pods for invalid',
  CREATE_FORBIDDEN: 'the API server refuses to create the pods',
  IMAGE_PULL: 'an image cannot be pulled',
  OOM_KILLED: 'a container runs out of memory',
  CRASH_LOOP: 'a container ends again and again',
  INIT_FAILED: 'an init container fails',
  CONFIG_ERROR: 'a container’s configuration keeps it from running',
  UNSCHEDULABLE: 'no node can take the pods',
  SCHEDULING_GATED: 'scheduling waits for a gate to open',
  SANDBOX_OR_MOUNT: 'a pod’s network or volume cannot be set up',
  PROXY_NOT_READY: 'the proxy does not become ready',
  STARTUP_FAILING: 'a startup probe fails',
  LIVENESS_KILLED: 'a liveness probe kills its container',
  READINESS_FAILING: 'a readiness probe fails',
  NODE_NOT_READY: 'a node does not answer',
  TERMINATION_STUCK: 'a pod does not terminate',
  BUDGET_USED_BY_OLD_PODS: 'old pods that are not ready leave no room for new ones',
  STS_OLD_BROKEN_POD: 'a broken pod of an older revision blocks the StatefulSet',
  MIN_READY_WAIT: 'pods are ready and must stay so for a while',
  SILENTLY_UNMESHED: 'new pods should have a proxy and have none',
  UNDETERMINED: 'nothing that was looked at tells why',
};

const ranks = new Map((Object.keys(titles) as ReasonCode[]).map((code, index) => [code, index]));

/** Every code, in the order of their rank. */
export const reasonCodes: readonly ReasonCode[] = [...ranks.keys()];

/** The place of a code in the table of reasons, from 0. */
export const rankOf = (code: ReasonCode): number => ranks.get(code) ?? ranks.size;

/** What a code means, in one line without an end stop. */
export const reasonTitle = (code: ReasonCode): string => titles[code];

const phases: Readonly<Record<RolloutPhase, string>> = {
  TERMINATING: 'being deleted',
  SCALED_TO_ZERO: 'scaled to zero',
  PAUSED: 'paused',
  MANUAL: 'waits for pods to be deleted by hand',
  NOT_OBSERVED: 'not yet taken notice of',
  DONE: 'done',
  DONE_PARTITION_HELD: 'done but for its partition',
  STUCK: 'stuck',
  PROGRESSING: 'in progress',
};

/** A phase in a few words. */
export const phaseTitle = (phase: RolloutPhase): string => phases[phase];

/** Reasons about pods that do not exist. */
const ofCreation = (code: ReasonCode) =>
  rankOf(code) > rankOf('CONTROLLER_NOT_OBSERVING') && rankOf(code) < rankOf('IMAGE_PULL');
/** Reasons that pods of earlier revisions may have too. */
const ofAnyPods = new Set<ReasonCode>([
  'NODE_NOT_READY',
  'TERMINATION_STUCK',
  'BUDGET_USED_BY_OLD_PODS',
  'STS_OLD_BROKEN_POD',
]);

/** A reason in one line for the panel and the plain mode: `IMAGE_PULL, 1 of 3 new pods`. */
export function reasonLine(reason: Reason, rollout: Pick<Rollout, 'progress'>): string {
  const { code, count } = reason;
  const { desired } = rollout.progress;
  if (count === 0) return code;
  const pods = (n: number) => (n === 1 ? 'pod' : 'pods');
  if (ofCreation(code)) return `${code}, ${count} of ${desired} ${pods(desired)} not created`;
  if (ofAnyPods.has(code)) return `${code}, ${count} ${pods(count)}`;
  const all = Math.max(desired, count);
  return `${code}, ${count} of ${all} new ${pods(all)}`;
}

/** What a reason is about and what the cluster says of it: `proxy:stable-2.14.10: not found`. */
export function reasonDetail(reason: Reason): string {
  const { subject, message } = reason;
  if (subject === '' || message.includes(subject)) return message || reason.title;
  return message === '' ? subject : `${subject}: ${message}`;
}
