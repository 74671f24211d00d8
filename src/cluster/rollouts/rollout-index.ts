/**
 * What is known of the rollouts in sight, kept in order as it changes: pods by their owner, revisions by theirs, events by what they
 * are about. A change costs what it is about and nothing more; the evidence of one workload is put together when it is asked for.
 */
import type {
  EventFacts,
  PodFacts,
  RevisionFacts,
  RolloutEvidence,
  WorkloadFacts,
} from '../../rollout/model.ts';
import { progressKey } from '../../rollout/phase.ts';

/** Of a node all that matters here. */
export interface NodeFacts {
  readonly name: string;
  readonly ready: boolean;
}

/** Of a namespace: its annotation `linkerd.io/inject`, or '', and whether the injector is asked about its pods at all. */
export interface NamespaceFacts {
  readonly name: string;
  readonly inject: string;
  readonly injected: boolean;
}

const aboutKey = ({ uid, kind, namespace, name }: EventFacts['about']): string =>
  uid === '' ? `${kind}/${namespace}/${name}` : uid;

/** Things by an id, in groups by another. */
class Groups<T> {
  readonly #groups = new Map<string, Map<string, T>>();

  put(group: string, id: string, value: T): void {
    const members = this.#groups.get(group);
    if (members) members.set(id, value);
    else this.#groups.set(group, new Map([[id, value]]));
  }

  drop(group: string, id: string): void {
    const members = this.#groups.get(group);
    members?.delete(id);
    if (members?.size === 0) this.#groups.delete(group);
  }

  of(group: string): readonly T[] {
    return [...(this.#groups.get(group)?.values() ?? [])];
  }
}

/** How far a workload was when it was last looked at, and since when. */
interface Mark {
  readonly key: string;
  readonly at: number;
}

/** Knows the workloads that are followed by their uid, and which of them have to be looked at anew. */
export class RolloutIndex {
  readonly #workloads = new Map<string, WorkloadFacts>();
  readonly #marks = new Map<string, Mark>();
  readonly #revisions = new Groups<RevisionFacts>();
  readonly #ownerOfRevision = new Map<string, string>();
  readonly #pods = new Groups<PodFacts>();
  readonly #pod = new Map<string, PodFacts>();
  readonly #events = new Groups<EventFacts>();
  readonly #nodes = new Map<string, boolean>();
  readonly #namespaces = new Map<string, NamespaceFacts>();
  readonly #dirty = new Set<string>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  get workloads(): ReadonlyMap<string, WorkloadFacts> {
    return this.#workloads;
  }

  workload(now: WorkloadFacts | undefined, before: WorkloadFacts | undefined): void {
    if (before && before.uid !== now?.uid) {
      this.#workloads.delete(before.uid);
      this.#marks.delete(before.uid);
      this.#dirty.add(before.uid);
    }
    if (!now) return;
    this.#workloads.set(now.uid, now);
    const key = progressKey(now);
    if (this.#marks.get(now.uid)?.key !== key) this.#marks.set(now.uid, { key, at: this.#now() });
    this.#dirty.add(now.uid);
  }

  revision(now: RevisionFacts | undefined, before: RevisionFacts | undefined): void {
    if (before && (before.uid !== now?.uid || before.ownerUid !== now.ownerUid)) {
      this.#revisions.drop(before.ownerUid, before.uid);
      this.#ownerOfRevision.delete(before.uid);
      this.#touch(before.ownerUid);
    }
    if (!now) return;
    this.#revisions.put(now.ownerUid, now.uid, now);
    this.#ownerOfRevision.set(now.uid, now.ownerUid);
    this.#touch(now.ownerUid);
  }

  pod(now: PodFacts | undefined, before: PodFacts | undefined): void {
    if (before && (before.uid !== now?.uid || before.ownerUid !== now.ownerUid)) {
      this.#pods.drop(before.ownerUid, before.uid);
      this.#pod.delete(before.uid);
      this.#touch(before.ownerUid);
    }
    if (!now) return;
    this.#pods.put(now.ownerUid, now.uid, now);
    this.#pod.set(now.uid, now);
    this.#touch(now.ownerUid);
  }

  event(now: EventFacts | undefined, before: EventFacts | undefined): void {
    if (before) this.#events.drop(aboutKey(before.about), before.uid);
    if (now) this.#events.put(aboutKey(now.about), now.uid, now);
    const about = (now ?? before)?.about.uid ?? '';
    this.#touch(this.#pod.get(about)?.ownerUid ?? about);
  }

  /** A node that comes or goes matters to pods anywhere; it is rare enough to look at all of them. */
  node(now: NodeFacts | undefined, before: NodeFacts | undefined): void {
    if (now?.ready === before?.ready && now?.name === before?.name) return;
    if (before) this.#nodes.delete(before.name);
    if (now) this.#nodes.set(now.name, now.ready);
    this.touchAll();
  }

  namespace(now: NamespaceFacts | undefined, before: NamespaceFacts | undefined): void {
    const same = now?.inject === before?.inject && now?.injected === before?.injected;
    if (same && now?.name === before?.name) return;
    if (before) this.#namespaces.delete(before.name);
    if (now) this.#namespaces.set(now.name, now);
    const name = (now ?? before)?.name;
    for (const [uid, workload] of this.#workloads) if (workload.namespace === name) this.#dirty.add(uid);
  }

  touchAll(): void {
    for (const uid of this.#workloads.keys()) this.#dirty.add(uid);
  }

  /** The workloads that something has changed about since this was last asked, those that are gone among them. */
  takeDirty(): readonly string[] {
    const taken = [...this.#dirty];
    this.#dirty.clear();
    return taken;
  }

  /** All that is known of one workload; undefined where there is none of that uid. */
  evidence(uid: string, unseen: readonly string[]): RolloutEvidence | undefined {
    const workload = this.#workloads.get(uid);
    if (!workload) return undefined;
    const revisions = this.#revisions.of(uid);
    const namespace = this.#namespaces.get(workload.namespace);
    const pods = [uid, ...revisions.map((revision) => revision.uid)].flatMap((owner) => this.#pods.of(owner));
    return {
      workload,
      revisions,
      pods,
      events: [
        ...this.eventsAbout(workload),
        ...revisions.flatMap((one) => this.eventsAbout(one)),
        ...pods.flatMap((one) => this.eventsAbout({ ...one, kind: 'Pod' })),
      ],
      nodesReady: this.#nodes,
      namespaceInject: namespace?.inject,
      injected: namespace?.injected ?? true,
      unseen,
      lastProgressAt: this.#marks.get(uid)?.at ?? this.#now(),
    };
  }

  podOf(uid: string): PodFacts | undefined {
    return this.#pod.get(uid);
  }

  /** The warnings about one object; some events name it and do not know its uid. */
  eventsAbout(about: EventFacts['about']): readonly EventFacts[] {
    return [...this.#events.of(aboutKey(about)), ...this.#events.of(aboutKey({ ...about, uid: '' }))];
  }

  /** Whether the namespace is there, as far as namespaces could be seen. */
  hasNamespace(name: string): boolean {
    return this.#namespaces.has(name);
  }

  /** `uid`: of a workload, or of a revision that one owns. */
  #touch(uid: string): void {
    if (this.#workloads.has(uid)) this.#dirty.add(uid);
    const owner = this.#ownerOfRevision.get(uid);
    if (owner !== undefined && this.#workloads.has(owner)) this.#dirty.add(owner);
  }
}
