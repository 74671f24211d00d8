/** What can be decided, from what, and the questions that go with any action. */
import type { KindAction, Runbook, RunbookBundle, ShellBlock, Step } from '../runbook/model.ts';
import { neverBegan } from './ending.ts';
import type { ActionRef, Purpose, SessionEvent, StepRef } from './event.ts';
import type { Kinds, PerformingKind, Planning } from './kind.ts';
import { type OfferedBranch, offered } from './offered.ts';
import type { Question } from './question.ts';
import type { ActionState, CommandRun, Frame, SessionState } from './session.ts';

/** What the conductor does next. */
export type Decision =
  /** These events follow from what is known; then decide again. */
  | { readonly type: 'append'; readonly events: readonly SessionEvent[] }
  | { readonly type: 'start'; readonly at: ActionRef; readonly purpose: Purpose; readonly block: ShellBlock }
  | { readonly type: 'follow'; readonly run: CommandRun; readonly block: ShellBlock | undefined }
  | {
      readonly type: 'perform';
      readonly at: ActionRef;
      readonly kind: PerformingKind;
      readonly action: KindAction;
    }
  /** A kind looks at the cluster before its question. */
  | { readonly type: 'plan'; readonly at: ActionRef; readonly kind: Planning; readonly action: KindAction }
  | { readonly type: 'ask'; readonly question: Question }
  | { readonly type: 'over'; readonly outcome: 'completed' | 'stopped' | 'failed' }
  /** The session and its runbook do not fit each other: nothing can be done. */
  | { readonly type: 'stuck'; readonly detail: string };

/** What decides besides the journal: all of it is known only while the program runs. */
export interface DecideContext {
  /** Secrets whose values are in memory. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Typed to confirm what cannot be undone, where there is no cluster. */
  readonly hostname: string;
  /** An undo that the operator wishes for and has not yet confirmed. */
  readonly undoing: ActionRef | undefined;
  /** The last check of the cluster went wrong. */
  readonly wrongCluster: { readonly at: ActionRef; readonly detail: string } | undefined;
}

/** One step of one frame with all that is known about it. */
export interface Scene {
  readonly session: SessionState;
  readonly bundle: RunbookBundle;
  readonly kinds: Kinds;
  readonly context: DecideContext;
  readonly frame: Frame;
  readonly runbook: Runbook;
  readonly step: Step;
  readonly ref: StepRef;
}

/** The runs of the attempt that counts, those left out that never began. */
export function attemptRuns(state: ActionState, session: SessionState): CommandRun[] {
  return state.runs.slice(state.attemptFrom).flatMap((id) => {
    const run = session.runs[id];
    return run && !neverBegan(run) ? [run] : [];
  });
}

/** What is typed to confirm something that cannot be undone. */
export function confirmationText(session: SessionState, hostname: string): string {
  return session.cluster?.name ?? hostname;
}

/** Whether both are the same action of the same step in the same frame. */
export function sameAction(one: ActionRef, other: ActionRef): boolean {
  return one.frame === other.frame && one.step === other.step && one.action === other.action;
}

/** While the cluster is not the pinned one, that stands in the place of whatever would be asked. */
export function ask(scene: Scene, at: ActionRef, question: Question): Decision {
  const wrong = scene.context.wrongCluster;
  if (wrong && sameAction(wrong.at, at)) {
    return { type: 'ask', question: { type: 'wrong-cluster', at, detail: wrong.detail } };
  }
  return { type: 'ask', question };
}

/** The branch that was walked since the action failed. */
export function returnedFrom(scene: Scene, since: string): { returnedFrom?: string } {
  const { session, ref, bundle } = scene;
  const frame = session.left.findLast(
    ({ from, via }) => from?.frame === ref.frame && from.step === ref.step && via === undefined,
  );
  const walked = Object.values(frame?.steps ?? {}).some((step) => (step.enteredAt ?? '') >= since);
  // The words of the link, which is how the failure listed it; one file may hold many pitfalls.
  const title = frame && (frame.why !== '' ? frame.why : bundle.runbooks[frame.file]?.title);
  return walked && title !== undefined ? { returnedFrom: title } : {};
}

/** What a failure of the action offers. What was found before a branch was walked may be mended now: it offers nothing. */
export function waysOut(scene: Scene, { diagnosed }: ActionState): readonly OfferedBranch[] {
  const mended = diagnosed && returnedFrom(scene, diagnosed.time).returnedFrom !== undefined;
  return offered(scene, scene.step.branches, mended ? [] : (diagnosed?.diagnosis.findings ?? []));
}
