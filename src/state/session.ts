/** The state of a session: what the reducer folds the journal into, and what every screen and report reads. */
import type { DiagnosisRecord } from '../diagnosis/record.ts';
import type {
  ActionRef,
  ClusterPin,
  DiagnosisOccasion,
  Ending,
  Mode,
  Operator,
  Purpose,
  StepRef,
} from './event.ts';

/** What has become of a step. `done-by-hand` and `skipped` are the word of the operator. */
export type StepStatus = 'pending' | 'current' | 'done' | 'done-by-hand' | 'skipped' | 'not-applicable';

/** One run of one command. */
export interface CommandRun extends ActionRef {
  /** The name of its folder under the session's `runs/`. */
  readonly run: string;
  readonly purpose: Purpose;
  readonly script: string;
  readonly startedAt: string;
  readonly timeoutMs: number | undefined;
  readonly process:
    | { readonly pid: number; readonly bootId: string; readonly startTicks: string }
    | undefined;
  readonly ending: Ending | undefined;
  readonly durationMs: number | undefined;
  /** Set where an unknown ending was settled. */
  readonly settled:
    | { readonly done: boolean; readonly by: 'verify' | 'operator'; readonly note: string }
    | undefined;
}

/** A line that a performing kind wrote down. `time` is RFC 3339. */
export interface ActionNote {
  readonly time: string;
  readonly text: string;
  readonly data?: unknown;
}

/** What a look at the cluster found, and when (RFC 3339). */
export interface Diagnosed {
  readonly occasion: DiagnosisOccasion;
  readonly diagnosis: DiagnosisRecord;
  readonly time: string;
}

/** What is known of one action of a step. Times are RFC 3339. */
export interface ActionState {
  /** Runs in order, previews, verifies and undos included. */
  readonly runs: readonly string[];
  /** The dry run showed these purposes. */
  readonly shown: readonly Purpose[];
  readonly startedAt: string | undefined;
  /** What a performing kind wrote down when it started. */
  readonly detail: string | undefined;
  /** What a planning kind found before the question, and which parts of it were left out. */
  readonly plan:
    | { readonly plan: unknown; readonly text: string; readonly excluded: readonly string[] }
    | undefined;
  /** What a performing kind wrote down in this attempt, in order. */
  readonly notes: readonly ActionNote[];
  /** The notes of all attempts before this one, in order. */
  readonly earlier: readonly ActionNote[];
  /** How many times the operator asked for a retry; runs from before the last one no longer count. */
  readonly retries: number;
  /** Index into `runs`: those before it belong to an attempt that was given up. */
  readonly attemptFrom: number;
  readonly answer: string | undefined;
  /** How this attempt ended, and when (RFC 3339). */
  readonly ended: { readonly ok: boolean; readonly detail: string; readonly time?: string } | undefined;
  readonly seen: boolean;
  /** The last diagnosis of this attempt. */
  readonly diagnosed: Diagnosed | undefined;
  /** What stands before the action has been read: it may start by itself. */
  readonly read: boolean;
}

/** What is known of one step. Times are RFC 3339. */
export interface StepState {
  readonly status: StepStatus;
  readonly enteredAt: string | undefined;
  readonly endedAt: string | undefined;
  /** The note of done-by-hand, the reason of a skip, why it does not apply. */
  readonly remark: string | undefined;
  readonly actions: Readonly<Record<string, ActionState>>;
}

/** One runbook being walked. The stack's last one is active; leaving it returns to `from`. */
export interface Frame {
  readonly id: number;
  readonly file: string;
  readonly from: StepRef | undefined;
  readonly why: string;
  /** Only this step is walked: the link that led here pointed at it. */
  readonly only: string | undefined;
  /** The action of `from` whose answer led here; undefined for a branch out of a failure. */
  readonly via: string | undefined;
  /** Which of several visits of that action it is, such as one hop of an upgrade; `why` is its name then. */
  readonly visit: string | undefined;
  /** How it was left; undefined while it is on the stack. */
  readonly outcome: 'finished' | 'left' | undefined;
  readonly current: string | undefined;
  readonly steps: Readonly<Record<string, StepState>>;
}

interface Note {
  readonly text: string;
  readonly time: string;
  readonly operator: Operator;
  readonly at: StepRef | undefined;
}

/** The whole of a session, folded from its journal: times are RFC 3339, secrets are not in it. */
export interface SessionState {
  readonly id: string;
  readonly title: string;
  readonly file: string;
  readonly bundleHash: string;
  readonly mode: Mode;
  readonly unattended: boolean;
  /** Who acts now. */
  readonly operator: Operator;
  /** Everybody who has acted, in the order they came. */
  readonly operators: readonly Operator[];
  readonly cluster: ClusterPin | undefined;
  readonly version: string;
  readonly startedAt: string;
  readonly updatedAt: string;
  readonly parameters: Readonly<
    Record<string, { readonly value: string | undefined; readonly source: string }>
  >;
  /** Active frames, outermost first. Never empty. */
  readonly stack: readonly Frame[];
  /** Frames that were left, in order. */
  readonly left: readonly Frame[];
  readonly runs: Readonly<Record<string, CommandRun>>;
  /** Every diagnosis, in order. */
  readonly diagnoses: readonly (Diagnosed & ActionRef)[];
  readonly notes: readonly Note[];
  /** Files of the bundle that have changed since the start, with the hash of what they became. */
  readonly changes: Readonly<Record<string, string>>;
  readonly resumes: number;
  readonly paused: boolean;
  readonly ended: 'completed' | 'stopped' | 'failed' | undefined;
  /** The sequence number of the last event folded in. */
  readonly seq: number;
}

/** What is known of an action of a frame that is on the stack; undefined where nothing has happened to it. */
export function actionIn(session: SessionState, at: ActionRef): ActionState | undefined {
  return session.stack.find(({ id }) => id === at.frame)?.steps[at.step]?.actions[at.action];
}
