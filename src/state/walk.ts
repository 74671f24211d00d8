/** The handle on a running session that screens, plain mode and tests hold. */
import type { StoreApi } from 'zustand/vanilla';
import type { RunbookBundle } from '../runbook/model.ts';
import type { OutputWindow } from '../shell/port.ts';
import type { ActionRef } from './event.ts';
import type { Intent, Question } from './question.ts';
import type { SessionState } from './session.ts';

export interface Taken {
  readonly question: Question;
  readonly intent: Intent;
  readonly source: 'answers' | 'default';
}

/** What is true only while the program runs: not in the journal. Times are ms since the epoch. */
export interface Live {
  /** The command that runs now. */
  readonly running?: {
    readonly run: string;
    readonly startedAt: number;
    readonly lastOutputAt: number;
    readonly timeoutMs: number | undefined;
    /** No output for longer than the block's `silentMs`. */
    readonly silent: boolean;
    readonly stopping: boolean;
  };
  /** The kind of action that looks before its question, or does its work, now; `startedAt` is of this attempt. */
  readonly working?: {
    readonly at: ActionRef;
    readonly doing: 'plan' | 'perform';
    readonly startedAt: number;
    /** It was told to stop and has not yet. */
    readonly stopping: boolean;
  };
  /** The cluster is being looked at for what is wrong: after a failure of this action, or because the operator asked. */
  readonly diagnosing?: { readonly at: ActionRef; readonly startedAt: number };
  /** The soak that runs now. */
  readonly soak?: {
    readonly endsAt: number;
    readonly probe: 'none' | 'passing' | 'failing' | 'running';
    readonly probes: number;
  };
  /**
   * What a kind of action shows of its work, and of which action it is: the kind and its panel know the type of `value`. It stays
   * after the work has ended, until something else begins or the step is left.
   */
  readonly progress?: { readonly at: ActionRef; readonly value: unknown };
  /** What questions were answered with where nobody was asked, in order. */
  readonly taken?: readonly Taken[];
  /** A sentence for the operator: the torn line that was cut off, an intent that was refused, why the walk is over. */
  readonly notice?: string;
  /** The walk is over for this program. */
  readonly over?: true;
}

/** What the screen shows of a walk: it is replaced as a whole with each change. */
export interface WalkState {
  readonly session: SessionState;
  readonly bundle: RunbookBundle;
  /** Undefined while something runs. */
  readonly question: Question | undefined;
  /** The how manieth question this is. One that only has more to offer than before keeps its number: an answer to it still holds. */
  readonly asked?: number;
  readonly live: Live;
  /** The unified diff against the file on disk, where the runbook has changed since the session began. */
  readonly changed: string | undefined;
  /** Set when this program only follows another one's session. */
  readonly readOnly: { readonly owner: string } | undefined;
}

/** Reads output files of a session by lines; large files are never read whole. */
export interface OutputReader {
  window(run: string, first: number, count: number): Promise<OutputWindow>;
  /** The last lines. */
  tail(run: string, count: number): Promise<OutputWindow>;
  /** The index of the next line that contains `text` (case-insensitive), from `from` on, or -1. */
  search(run: string, text: string, from: number, direction: 1 | -1): Promise<number>;
}

/** A session under way, as screens and plain output see it. */
export interface Walk {
  readonly store: StoreApi<WalkState>;
  readonly output: OutputReader;
  /** Where the journal is, for the operator. */
  readonly folder: string;
  send(intent: Intent): void;
  /** Settles when the session has ended, was paused, or (unattended) can go no further. */
  readonly finished: Promise<WalkEnd>;
  /** Stops following. A running command goes on; nothing is written after this. */
  close(): Promise<void>;
}

/** Why a walk is over for this program; the session itself may go on later. */
export type WalkEnd =
  | { readonly type: 'completed' }
  | { readonly type: 'paused' }
  | { readonly type: 'stopped' }
  /** Unattended: a change failed. */
  | { readonly type: 'failed'; readonly detail: string }
  /** Unattended: nobody is there to answer this. */
  | { readonly type: 'unanswered'; readonly question: Question; readonly detail: string }
  /** The journal could not be written, the lock was lost: nothing was done after it. */
  | { readonly type: 'broken'; readonly detail: string };
