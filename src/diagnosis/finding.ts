/** What a detector found, with the exact field and value that show it. */
import type { Part, Unread } from './snapshot.ts';

/** `blocker`: the upgrade cannot go on, or must not; `error`: something does not work; `warning`: it will not for long, or is not supported. */
export type Severity = 'blocker' | 'error' | 'warning' | 'info';

/** `undetermined`: it may be so and what was read cannot tell; the finding says what would. */
export type Certainty = 'confirmed' | 'likely' | 'undetermined';

/** What part of the mesh is at fault: in this order a cause comes before what follows from it. */
export type Layer = 'tool' | 'cluster' | 'control-plane' | 'extension' | 'data-plane';

/** An object that the finding is about: the workload rather than its pods. */
export interface Subject {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** How a subject is written: `Deployment linkerd/linkerd-destination`. */
export const nameOf = ({ kind, namespace, name }: Subject): string =>
  `${kind} ${namespace === undefined || namespace === '' ? '' : `${namespace}/`}${name}`;

/** One proof, enough to look it up by hand. */
export interface Evidence {
  /** `output`: of the step that failed; `policy`: the trace of a NetworkPolicy verdict; `tool`: what a tool says of itself. */
  readonly kind: 'field' | 'condition' | 'event' | 'log' | 'output' | 'policy' | 'tool';
  /** `Deployment linkerd/linkerd-destination`, or the name of the tool. */
  readonly ref: string;
  /** As kubectl's jsonpath has it, without braces: `spec.template.spec.containers[?(@.name=="policy")].image`. */
  readonly path?: string;
  /** The value found; one line. */
  readonly value: string;
  /** What it would have to be, where that can be said in a few words. */
  readonly expected?: string;
  /** RFC 3339: when what it tells of happened. */
  readonly at?: string;
}

/** What a command can be given in its environment, with room to spare (Linux, MAX_ARG_STRLEN). */
export const longestParameter = 60_000;

export interface Remedy {
  /** What to do, in one or two sentences. */
  readonly text: string;
  readonly risk: 'look' | 'change' | 'irreversible';
  /** How to see that it helped: a command, or a sentence. */
  readonly verify: string;
  /**
   * Values for parameters that the pitfall's runbook declares, each of at most `longestParameter`. From the cluster, so they are checked
   * like typed ones.
   */
  readonly parameters?: Readonly<Record<string, string>>;
}

export interface Finding {
  /** Stable, kebab-case, never used again for something else; its page is `docs/findings/CODE.md`. */
  readonly code: string;
  readonly severity: Severity;
  readonly certainty: Certainty;
  readonly layer: Layer;
  /** One line that names what is wrong where: `servers.policy.linkerd.io lacks v1beta3`. */
  readonly title: string;
  /** Why it matters for an upgrade, in one or two sentences. */
  readonly explanation: string;
  /** At most 20, sorted; `subjectCount` counts all. */
  readonly subjects: readonly Subject[];
  readonly subjectCount: number;
  /** Never empty. At most 10. */
  readonly evidence: readonly Evidence[];
  /** What may have brought it about, the most likely first. */
  readonly causes: readonly string[];
  /** Codes of findings that explain this one: where one of them is there (not undetermined), this is only its symptom. */
  readonly causedBy?: readonly string[];
  readonly remedy: Remedy;
}

/** A finding with its place in a diagnosis. */
export interface PlacedFinding extends Finding {
  /** SHA-256 (hex, 16 digits) over code and sorted subjects: the same finding in another run has the same. */
  readonly fingerprint: string;
  /** The code of the root cause that it is a symptom of. */
  readonly symptomOf?: string;
}

/** A part of the evidence that could not be read, and which findings could therefore not be looked for. */
export interface NotChecked {
  readonly part: Part;
  readonly why: Unread['why'];
  readonly message: string;
  readonly codes: readonly string[];
}
