/** What comes of an answer, for the conductor to carry out. */
import type { KindAction, ParameterSpec, ShellBlock } from '../runbook/model.ts';
import type { ActionRef, Purpose, SessionEvent } from './event.ts';
import type { Planning } from './kind.ts';
import type { Question } from './question.ts';

/** What the conductor does about an intent. */
export type Response =
  /** `again` puts the question once more with the reason beside it. */
  | { readonly type: 'refuse'; readonly why: string; readonly again: boolean }
  | { readonly type: 'append'; readonly events: readonly SessionEvent[] }
  /** A parameter gets its value, kept out of the journal where it is secret; then the events. */
  | {
      readonly type: 'set';
      readonly parameter: ParameterSpec;
      readonly value: string;
      readonly byDefault: boolean;
      readonly events: readonly SessionEvent[];
    }
  | { readonly type: 'start'; readonly at: ActionRef; readonly purpose: Purpose; readonly block: ShellBlock }
  /** A kind that changes something was confirmed. */
  | { readonly type: 'begin'; readonly at: ActionRef; readonly excluded: readonly string[] }
  /** A kind that plans looks once more: its new plan takes the place of the old one. */
  | {
      readonly type: 'plan';
      readonly at: ActionRef;
      readonly kind: Planning;
      readonly action: KindAction;
    }
  | { readonly type: 'undo'; readonly at: ActionRef | undefined }
  | { readonly type: 'check-cluster'; readonly at: ActionRef }
  | { readonly type: 'pause' };

/** The answer is written down as these events. */
export function append(...events: SessionEvent[]): Response {
  return { type: 'append', events };
}

/** The answer is not taken; `again` puts the question once more with the reason. */
export function refuse(why: string, again = false): Response {
  return { type: 'refuse', why, again };
}

const asks: Record<Question['type'], string> = {
  parameter: 'A value is asked for.',
  run: 'The question is whether to run this.',
  read: 'Read what comes next, then go on: it runs by itself.',
  confirm: 'A confirmation is asked for.',
  choose: 'A choice is asked for.',
  continue: 'The action is over: go on when you have seen it.',
  failure: 'The action failed: say how to go on.',
  'unknown-outcome': 'Nobody knows how the command ended: say first whether it was done.',
  'branch-finished': 'The branch is at its end: go back to the step that failed.',
  'wrong-cluster': 'Nothing changes until the cluster is the right one: check again, or pause.',
};

/** The answer is to another question than this one. */
export function unfit(question: Question): Response {
  return refuse(`That does not answer this. ${asks[question.type]}`);
}
