/**
 * The events of a session. The journal holds them in order and nothing else holds the state of a session: what is on
 * screen is a fold over them. A new kind of event is one line here and one case in the reducer.
 */
import type { ClusterPin } from '../cluster/port.ts';
import type { DiagnosisRecord } from '../diagnosis/record.ts';

export type { ClusterPin };

/** Who is at the keyboard: the user name and the machine, as the system tells them. */
export interface Operator {
  readonly user: string;
  readonly host: string;
}

/** In a dry run commands that change something are shown and not run. */
export type Mode = 'live' | 'dry-run';

/** Why a command runs. */
export type Purpose = 'look' | 'change' | 'preview' | 'verify' | 'undo' | 'probe';

/** How a command ended. A command whose end nobody saw is `unknown`. */
export type Ending =
  /** `leftBehind`: how many of its processes still ran then, where any did. */
  | { readonly type: 'exited'; readonly code: number; readonly ok: boolean; readonly leftBehind?: number }
  | { readonly type: 'killed'; readonly by: 'operator' | 'timeout' | 'other'; readonly signal: string }
  /** `interrupted`: our own program died before it could start it, so that it certainly never ran. */
  | { readonly type: 'not-started'; readonly why: string; readonly interrupted?: boolean }
  | { readonly type: 'unknown' };

/** Points at one step or action in one frame of the walk's stack. */
export interface StepRef {
  /** The frame's id: `0` is the runbook the session was started with. */
  readonly frame: number;
  readonly step: string;
}
/** Points at one action of a step. */
export interface ActionRef extends StepRef {
  readonly action: string;
}

/**
 * Why the cluster was looked at: the action had failed; it was under way, and the operator asked; or it was under way, and by itself:
 * of a `watch` only what was not there when the action began is written down, and only when that has changed.
 */
export type DiagnosisOccasion = 'failure' | 'asked' | 'watch';

/** Everything that is ever written to a journal; when it happened is in the entry around it. */
export type SessionEvent =
  | {
      readonly type: 'session-started';
      readonly id: string;
      readonly title: string;
      readonly file: string;
      /** Where the runbook was read from, and the folder that commands run in. */
      readonly origin?: { readonly folder: string; readonly cwd: string };
      readonly bundleHash: string;
      readonly mode: Mode;
      readonly unattended: boolean;
      readonly operator: Operator;
      readonly cluster: ClusterPin | undefined;
      readonly version: string;
    }
  | {
      readonly type: 'session-resumed';
      readonly operator: Operator;
      readonly torn: boolean;
      readonly unattended: boolean;
    }
  | { readonly type: 'session-paused'; readonly operator: Operator }
  | { readonly type: 'session-ended'; readonly outcome: 'completed' | 'stopped' | 'failed' }
  | { readonly type: 'operator-acted'; readonly operator: Operator }
  /** The value of a secret is never here: `value` is then undefined. */
  | {
      readonly type: 'parameter-set';
      readonly name: string;
      readonly value: string | undefined;
      /** `finding`: of the diagnosis that led to the pitfall. `visit`: for the runbook that is entered next, one of several. */
      readonly source: 'option' | 'asked' | 'default' | 'answers' | 'captured' | 'finding' | 'visit';
    }
  /** What an earlier finding gave it is of no use any more: it is asked for where it is needed. */
  | { readonly type: 'parameter-cleared'; readonly name: string }
  | {
      readonly type: 'frame-entered';
      readonly frame: number;
      readonly file: string;
      readonly from: StepRef;
      readonly why: string;
      /** Only this step is walked: the link pointed at it. */
      readonly step?: string;
      /** The action whose answer led here; absent for a branch out of a failure. */
      readonly action?: string;
      /** Which of several visits of that action it is. */
      readonly visit?: string;
    }
  | { readonly type: 'frame-left'; readonly frame: number; readonly outcome: 'finished' | 'left' }
  | ({ readonly type: 'step-entered' } & StepRef)
  | ({ readonly type: 'step-done' } & StepRef)
  | ({ readonly type: 'step-done-by-hand'; readonly note: string } & StepRef)
  | ({ readonly type: 'step-skipped'; readonly reason: string } & StepRef)
  | ({ readonly type: 'step-not-applicable'; readonly why: string } & StepRef)
  /** Written, and on disk, before the command is started. */
  | ({
      readonly type: 'command-started';
      readonly run: string;
      readonly purpose: Purpose;
      readonly script: string;
      readonly timeoutMs: number | undefined;
    } & ActionRef)
  | {
      readonly type: 'command-spawned';
      readonly run: string;
      readonly pid: number;
      readonly bootId: string;
      readonly startTicks: string;
    }
  | {
      readonly type: 'command-ended';
      readonly run: string;
      readonly ending: Ending;
      readonly durationMs: number;
    }
  /** In a dry run: what would have been run. */
  | ({ readonly type: 'command-shown'; readonly purpose: Purpose; readonly script: string } & ActionRef)
  /** The operator, or `verify`, says how a command of unknown outcome ended. */
  | {
      readonly type: 'outcome-settled';
      readonly run: string;
      readonly done: boolean;
      readonly by: 'verify' | 'operator';
      readonly note: string;
    }
  /** An action that is not a command is over: an answer was given, a soak has passed. */
  | ({ readonly type: 'action-answered'; readonly answer: string } & ActionRef)
  | ({ readonly type: 'action-started'; readonly detail: string } & ActionRef)
  /** A kind that plans before it acts has looked: `plan` is what it found, as its own JSON; the operator is asked next. */
  | ({ readonly type: 'action-planned'; readonly plan: unknown; readonly text: string } & ActionRef)
  /** Parts of the plan, by their ids, that the operator left out when agreeing to it. */
  | ({ readonly type: 'action-trimmed'; readonly excluded: readonly string[] } & ActionRef)
  /** What a performing kind is about to do, or has found: `text` for people, `data` to go on from after a crash. */
  | ({ readonly type: 'action-noted'; readonly text: string; readonly data?: unknown } & ActionRef)
  | ({ readonly type: 'action-ended'; readonly ok: boolean; readonly detail: string } & ActionRef)
  /** The operator has read what stands before the action, which runs by itself from now on. */
  | ({ readonly type: 'action-read' } & ActionRef)
  /** The operator has seen what the action gave and goes on. */
  | ({ readonly type: 'action-seen' } & ActionRef)
  /** The cluster was looked at for what is wrong. */
  | ({
      readonly type: 'diagnosed';
      readonly occasion: DiagnosisOccasion;
      readonly diagnosis: DiagnosisRecord;
    } & ActionRef)
  | ({ readonly type: 'retry-requested' } & ActionRef)
  | { readonly type: 'note-added'; readonly text: string; readonly operator: Operator }
  | { readonly type: 'runbook-changed'; readonly file: string; readonly hash: string };

/** One line of the journal. `hash` is SHA-256 over the line before and this line's own content. */
export interface JournalEntry {
  /** From 1, without a gap. */
  readonly seq: number;
  /** RFC 3339, UTC, with ms. */
  readonly time: string;
  readonly event: SessionEvent;
  /** Of the entry before; 64 zeros for the first. */
  readonly previous: string;
  readonly hash: string;
}
