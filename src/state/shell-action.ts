/** What comes next for a shell action, worked out from its runs alone: so a resumed session finds the same answer. */
import type { Action, ShellAction, ShellBlock } from '../runbook/model.ts';
import { endingText, leftBehindText, succeeded } from './ending.ts';
import type { Mode, Purpose } from './event.ts';
import type { ActionState, CommandRun } from './session.ts';

type Verified = 'done' | 'not-done' | 'no-verify' | 'could-not-tell';

type ShellNext =
  | { readonly type: 'start'; readonly purpose: Purpose; readonly block: ShellBlock }
  | { readonly type: 'follow'; readonly run: CommandRun; readonly block: ShellBlock }
  /** A dry run shows these and runs none of them. */
  | { readonly type: 'show'; readonly purposes: readonly Purpose[] }
  /** The change waits for the operator's word. */
  | { readonly type: 'permission' }
  | { readonly type: 'unknown'; readonly run: CommandRun; readonly verified: Verified }
  | { readonly type: 'failed'; readonly run: CommandRun; readonly detail: string }
  | { readonly type: 'succeeded'; readonly remark: string | undefined };

/** Whether the action is a command of the runbook, not one of a registered kind. */
export function isShell(action: Action): action is ShellAction {
  return 'block' in action;
}

/** The block that a purpose runs; undefined where the action has none. */
export function blockFor(action: ShellAction, purpose: Purpose): ShellBlock | undefined {
  switch (purpose) {
    case 'look':
    case 'change':
      return action.block;
    case 'preview':
      return action.preview;
    case 'verify':
      return action.verify;
    case 'undo':
      return action.undo;
    case 'probe':
      return undefined;
  }
}

/** `runs` are those of the present attempt, in order. */
export function shellNext(
  action: ShellAction,
  state: ActionState,
  runs: readonly CommandRun[],
  mode: Mode,
): ShellNext {
  const active = runs.at(-1);
  if (active && active.ending === undefined) {
    return { type: 'follow', run: active, block: blockFor(action, active.purpose) ?? action.block };
  }
  if (action.risk === 'look') return lookNext(action, active, mode);
  const acted = runs.findLastIndex((run) => run.purpose === 'change' || run.purpose === 'undo');
  const deed = runs[acted];
  if (!deed) return beforeChange(action, state, runs, mode);
  const check = runs.slice(acted + 1).findLast((run) => run.purpose === 'verify');
  return deed.purpose === 'undo' ? afterUndo(action, deed, check) : afterChange(action, deed, check);
}

function lookNext(action: ShellAction, run: CommandRun | undefined, mode: Mode): ShellNext {
  // A look of which nobody knows how it ended has changed nothing: it is run again.
  if (!run || run.ending?.type === 'unknown') return { type: 'start', purpose: 'look', block: action.block };
  if (succeeded(run)) return { type: 'succeeded', remark: leftBehindText(run) };
  const { ending } = run;
  const { capture, codes } = action.block;
  const refused = capture !== undefined && ending?.type === 'exited' && codes.includes(ending.code);
  const detail = refused
    ? `The command ran, but its output is not a value that ${capture} takes.`
    : `The command ${endingText(run)}.`;
  if (mode === 'live') return { type: 'failed', run, detail };
  return {
    type: 'succeeded',
    remark: `${detail} In a dry run this does not stop the walk: it may depend on a change that was not made.`,
  };
}

function beforeChange(
  action: ShellAction,
  state: ActionState,
  runs: readonly CommandRun[],
  mode: Mode,
): ShellNext {
  const preview = runs.findLast((run) => run.purpose === 'preview');
  if (action.preview && (!preview || preview.ending?.type === 'unknown')) {
    return { type: 'start', purpose: 'preview', block: action.preview };
  }
  if (mode === 'live') return { type: 'permission' };
  const purposes: readonly Purpose[] = action.verify ? ['change', 'verify'] : ['change'];
  const unseen = purposes.filter((purpose) => !state.shown.includes(purpose));
  return unseen.length > 0
    ? { type: 'show', purposes: unseen }
    : { type: 'succeeded', remark: 'Shown and not run: this is a dry run.' };
}

function afterChange(action: ShellAction, change: CommandRun, check: CommandRun | undefined): ShellNext {
  if (change.settled?.done) return { type: 'succeeded', remark: change.settled.note || undefined };
  const unknown = change.ending?.type === 'unknown';
  if (action.verify && (unknown || succeeded(change)) && (!check || check.ending?.type === 'unknown')) {
    return { type: 'start', purpose: 'verify', block: action.verify };
  }
  if (unknown) {
    return { type: 'unknown', run: change, verified: action.verify ? verdict(check) : 'no-verify' };
  }
  if (check && check.ending?.type !== 'unknown') {
    if (succeeded(check)) return { type: 'succeeded', remark: leftBehindText(change) };
    const before = succeeded(change)
      ? 'The change ran, but its verify'
      : `The command ${endingText(change)}, and its verify`;
    return { type: 'failed', run: check, detail: `${before} ${endingText(check)}.` };
  }
  if (succeeded(change)) return { type: 'succeeded', remark: leftBehindText(change) };
  return { type: 'failed', run: change, detail: `The command ${endingText(change)}.` };
}

function afterUndo(action: ShellAction, undo: CommandRun, check: CommandRun | undefined): ShellNext {
  if (undo.ending?.type === 'unknown' && !undo.settled) {
    if (action.verify && (!check || check.ending?.type === 'unknown')) {
      return { type: 'start', purpose: 'verify', block: action.verify };
    }
    // A verify that passes shows that the change is still there. One that fails does not show that all of it is gone.
    const still = check !== undefined && verdict(check) === 'done';
    const verified = action.verify ? (still ? 'not-done' : 'could-not-tell') : 'no-verify';
    return { type: 'unknown', run: undo, verified };
  }
  if (check && succeeded(check)) return { type: 'succeeded', remark: 'Its verify passes.' };
  const undone = undo.settled?.done || (!undo.settled && succeeded(undo));
  const detail = undone
    ? 'The change was undone.'
    : undo.settled
      ? 'The undo did not happen.'
      : `The undo ${endingText(undo)}.`;
  return { type: 'failed', run: undo, detail };
}

function verdict(check: CommandRun | undefined): Verified {
  if (check?.ending?.type !== 'exited') return 'could-not-tell';
  return check.ending.ok ? 'done' : 'not-done';
}
