/**
 * What a session waits for, and what may be answered. The screen, the plain mode and the unattended policy are three
 * ways to answer the same questions.
 */
import type { ParameterSpec, Risk, ShellBlock } from '../runbook/model.ts';
import type { ActionRef, Purpose, StepRef } from './event.ts';
import type { OfferedBranch } from './offered.ts';
import type { CommandRun } from './session.ts';

interface Option {
  readonly value: string;
  readonly label: string;
}

/** What the operator is asked. Each is answered by intents of its own; any may be answered by a pause or a stop. */
export type Question =
  /** A parameter has no value yet. `error` says why the last answer was refused. */
  | {
      readonly type: 'parameter';
      readonly parameter: ParameterSpec;
      readonly error?: string;
      readonly at?: ActionRef;
    }
  /** Text stands before something that runs by itself: the operator reads it, then `continue` starts it. */
  | {
      readonly type: 'read';
      readonly at: ActionRef;
      /** What then runs, in one sentence, where that is no command. */
      readonly deed?: string;
    }
  /** A change is about to run. For `irreversible`, `mustType` is the text to be typed. */
  | {
      readonly type: 'run';
      readonly at: ActionRef;
      readonly purpose: Purpose;
      readonly risk: Risk;
      readonly block: ShellBlock;
      readonly mustType: string | undefined;
      readonly error?: string;
    }
  /** Something a person does or states. */
  | {
      readonly type: 'confirm';
      readonly at: ActionRef;
      readonly message: string;
      readonly mustType: string | undefined;
      readonly error?: string;
      /** There is a plan: its panel shows it, and parts of it may be left out. */
      readonly planned?: true;
    }
  | {
      readonly type: 'choose';
      readonly at: ActionRef;
      readonly message: string;
      readonly options: readonly Option[];
      readonly default?: string;
    }
  /** The action ended well and its output is on screen: Enter goes on. */
  | {
      readonly type: 'continue';
      readonly at: ActionRef;
      /** What is to be known before going on: a look that failed in a dry run, a change that was only shown. */
      readonly remark?: string;
    }
  /** The action failed. What a diagnosis finds is in `branches` when it comes: it is the same question then, put anew. */
  | {
      readonly type: 'failure';
      readonly at: ActionRef;
      readonly run: CommandRun | undefined;
      readonly detail: string;
      /** The likeliest first. */
      readonly branches: readonly OfferedBranch[];
      readonly canVerify: boolean;
      readonly canUndo: boolean;
      /** The title of the branch that was just left: verify and retry come first then. */
      readonly returnedFrom?: string;
    }
  /** After a crash nobody knows how the command ended. `verified` is what its verify said, when there is one and it has run. */
  | {
      readonly type: 'unknown-outcome';
      readonly at: ActionRef;
      readonly run: CommandRun;
      readonly verified: 'done' | 'not-done' | 'no-verify' | 'could-not-tell';
    }
  /** A branch came to its end: go back to the step that failed. */
  | { readonly type: 'branch-finished'; readonly back: StepRef }
  /** The cluster is not the one that was pinned, or cannot be reached. Nothing changes until it is. */
  | { readonly type: 'wrong-cluster'; readonly detail: string; readonly at: ActionRef };

/** What an operator can say. The conductor refuses what does not fit the question, and says why. */
export type Intent =
  | { readonly type: 'run'; readonly typed?: string }
  | { readonly type: 'continue' }
  | { readonly type: 'value'; readonly value: string }
  | { readonly type: 'choose'; readonly value: string }
  /** `excluded`: the ids of parts of a plan that are not to be done. */
  | { readonly type: 'confirm'; readonly typed?: string; readonly excluded?: readonly string[] }
  /** At the question about a plan: look again and plan anew. */
  | { readonly type: 'replan' }
  /** To the kind that performs now: one of its own words (`pause`, `go-on`, `skip`, `retry`, ...), and what it is about. */
  | { readonly type: 'steer'; readonly word: string; readonly subject?: string }
  | { readonly type: 'done-by-hand'; readonly note: string }
  | { readonly type: 'skip'; readonly reason: string }
  | { readonly type: 'retry' }
  | { readonly type: 'verify' }
  | { readonly type: 'undo'; readonly typed?: string }
  | { readonly type: 'preview' }
  | { readonly type: 'settle'; readonly done: boolean; readonly note: string }
  /** `href`: of a branch offered, or the key of any pitfall in the bundle. */
  | { readonly type: 'branch'; readonly href: string }
  /** Looks at the cluster for what is wrong: anew at a failure, and once more while an action works by itself. */
  | { readonly type: 'diagnose' }
  | { readonly type: 'leave-branch' }
  | { readonly type: 'note'; readonly text: string }
  /** Ends the command or soak that runs now: TERM to its group, then KILL. At the question of an undo: takes the wish back. */
  | { readonly type: 'cancel' }
  /** Leaves the session so that it can be resumed. A running command goes on. */
  | { readonly type: 'pause' }
  /** Ends the session for good. */
  | { readonly type: 'stop' };
