/** A change that a release of Linkerd brings, and how it is seen whether a cluster is touched by it. */
import type { Evidence, Subject } from '../finding.ts';
import type { ObjectPart, Part, Unread } from '../snapshot.ts';
import type { Path } from './path.ts';

/** What a value at a path must be. `is` and its like ask for any of the values there; `not` turns the whole answer round. */
export type Test =
  | { readonly type: 'exists' }
  | { readonly type: 'in'; readonly values: readonly string[] }
  | { readonly type: 'matches'; readonly pattern: string }
  /** A range of versions, as semver has them. */
  | { readonly type: 'range'; readonly range: string };

export interface Condition {
  readonly path: Path;
  readonly test: Test;
  readonly not: boolean;
}

/** Objects of one part of the snapshot. */
export interface ObjectsProbe {
  readonly type: 'objects';
  readonly part: ObjectPart;
  /** `$control-plane`: that of any control plane. */
  readonly namespace: string | undefined;
  /** With `*` for any characters; undefined: whatever they are called. */
  readonly names: readonly string[] | undefined;
  /** Key and value; `*` for any. */
  readonly labels: Readonly<Record<string, string>>;
  /** Only what has to do with pods that have a proxy; pods stand for their workloads. */
  readonly meshed: boolean;
  /** All of them. */
  readonly where: readonly Condition[];
  /** It is what is not there that touches. */
  readonly missing: boolean;
  readonly show: Path | undefined;
}

/** One way to see that a change touches the cluster. */
export type Probe =
  | ObjectsProbe
  /** Keys that the installation's own values set: `a.b`, with `.*` at the end for all below. */
  | {
      readonly type: 'values';
      readonly keys: readonly string[];
      readonly tests: readonly { readonly test: Test; readonly not: boolean }[];
      /** What else has to hold of the installation. */
      readonly where: readonly Condition[];
    }
  | { readonly type: 'finding'; readonly code: string }
  | { readonly type: 'kubernetes'; readonly range: string }
  | { readonly type: 'extension'; readonly name: string };

/** What a `yaml notice` block says. */
export interface NoticeSpec {
  readonly id: string;
  /** The first release that has the change; undefined: the first of the line. */
  readonly since: string | undefined;
  /** Ranges of the version that runs and of the target: the change is told between such alone. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** `suspect`: what is found has to be looked at by a person. */
  readonly certainty: 'found' | 'suspect';
  /** Any of them; none: nothing can be seen, and a person acknowledges it. */
  readonly find: readonly Probe[];
}

/** Where a notice is told, and in which words. */
export interface NoticeAt {
  /** `2.11` */
  readonly line: string;
  readonly title: string;
  /** The two or three lines, as Markdown on one. */
  readonly text: string;
  /** The file and the id of the step. */
  readonly file: string;
  readonly step: string;
}

/** One change of a release: how it is seen, and how it is told. */
export interface Notice extends NoticeSpec, NoticeAt {}

/** An object that a change touches, with what shows it. */
export interface Touched {
  readonly subject: Subject;
  readonly evidence: Evidence;
}

/** A part that would have to be looked at, and why it was not. */
export interface NotLookedAt {
  readonly part: Part;
  readonly why: Unread['why'];
  readonly message: string;
}

/** What was seen of one notice. */
export type Outcome =
  /** At most 20 objects of `count`; `unseen` could have shown more. */
  | {
      readonly type: 'touched';
      readonly objects: readonly Touched[];
      readonly count: number;
      readonly unseen: readonly NotLookedAt[];
    }
  | { readonly type: 'not-checked'; readonly unseen: readonly NotLookedAt[] }
  | { readonly type: 'to-acknowledge' }
  | { readonly type: 'not-here' };

/** Plain data, as it goes into the journal and into `-o json`. */
export interface NoticeResult extends NoticeAt, Pick<NoticeSpec, 'id' | 'certainty'> {
  readonly outcome: Outcome;
}
