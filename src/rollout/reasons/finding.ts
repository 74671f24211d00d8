import type { EventsOf } from '../event-index.ts';
import type { Membership } from '../membership.ts';
import type { ContainerFacts, EventFacts, PodFacts, Reason, ReasonCode, RolloutEvidence } from '../model.ts';

/** What the rules go by: the evidence about one workload, put in order once. */
export interface Case {
  readonly evidence: RolloutEvidence;
  readonly members: Membership;
  readonly now: number;
  readonly eventsOf: EventsOf;
  /** Takes out of a message what differs from pod to pod. */
  readonly normal: (message: string) => string;
  /** Why images cannot be pulled, by image: one pod may tell what another does not. */
  readonly pullTroubles: Map<string, string>;
}

/** One rule's word on one pod, or on the workload. Those of one cause are grouped later. */
export interface Finding {
  readonly code: ReasonCode;
  readonly kind: Reason['kind'];
  readonly title: string;
  readonly message: string;
  readonly subject: string;
  readonly advice: string;
  /** The pod's name; undefined where there is none. */
  readonly pod: string | undefined;
  /** How many pods it stands for, where there is no pod. */
  readonly count?: number;
  readonly since: number;
  readonly final?: true;
  readonly evidence: string;
  /** The container, for its log. */
  readonly container?: string;
}

/** How long causes that often pass by themselves are given (as krane's and kstatus' rules give them). */
export const PASSING_MS = 60_000;

/** `doomed` once it has lasted longer than it may. */
export const doomedAfter = (ms: number, since: number, now: number): Reason['kind'] =>
  now - since > ms ? 'doomed' : 'transient';

/** `containerStatuses[web]`, as evidence names it. */
export const statusPath = (pod: PodFacts, container: ContainerFacts): string =>
  `Pod/${pod.name} status.${container.role === 'main' ? 'containerStatuses' : 'initContainerStatuses'}[${container.name}]`;

/** An event as evidence. */
export const eventEvidence = (event: EventFacts): string =>
  `Event ${event.about.kind}/${event.about.name} ${event.reason}: ${event.message}`;

/** The events of a pod, the latest first. */
export const podEvents = (pod: PodFacts, { eventsOf }: Case): readonly EventFacts[] =>
  eventsOf({ kind: 'Pod', namespace: pod.namespace, name: pod.name, uid: pod.uid });

/** True of an event about this container, or about no container in particular. */
export const isAbout = (event: EventFacts, container: ContainerFacts): boolean =>
  event.fieldPath === '' || event.fieldPath.endsWith(`{${container.name}}`);

/** Since when a pod could have run its containers: since it was given a node. */
export const placedAt = (pod: PodFacts): number =>
  pod.conditions.find((each) => each.type === 'PodScheduled' && each.status === 'True')?.changedAt ??
  pod.createdAt;
