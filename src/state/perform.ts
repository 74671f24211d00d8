/** Lets a kind of action do its work, with every command of it recorded and its progress shown. */
import type { KindAction } from '../runbook/model.ts';
import { type Desk, Leave } from './desk.ts';
import type { ActionRef } from './event.ts';
import type { PerformContext, PerformingKind } from './kind.ts';
import { runCommand } from './supervise.ts';

/** Between two changes of what is shown. */
const showEveryMs = 250;

/** Performs the action, from its start or from where an earlier program left it, and writes its end down. */
export async function perform(
  desk: Desk,
  at: ActionRef,
  kind: PerformingKind,
  action: KindAction,
  cancel: AbortSignal,
): Promise<void> {
  const { frame, step, action: id } = at;
  const ref: ActionRef = { frame, step, action: id };
  const state = () => desk.session.stack.find((one) => one.id === frame)?.steps[step]?.actions[id];
  const fresh = state()?.startedAt === undefined;
  if (fresh) await desk.record({ type: 'action-started', ...ref, detail: '' });
  const startedAt = Date.parse(state()?.startedAt ?? desk.session.updatedAt);
  const signal = AbortSignal.any([cancel, desk.leaving]);
  const show = throttled(desk);
  const context: PerformContext = {
    at: ref,
    values: desk.values(),
    env: desk.env(),
    cluster: desk.session.cluster,
    kubeconfigFile: desk.options.kubeconfigFile,
    startedAt,
    detail: state()?.detail ?? '',
    lastSeenAt: fresh ? startedAt : lastSeen(desk, state()?.runs ?? [], startedAt),
    clock: desk.options.ports.clock,
    signal,
    async started(detail) {
      await desk.record({ type: 'action-started', ...ref, detail });
      return Date.parse(desk.session.updatedAt);
    },
    probe: (script, timeoutMs) => runCommand(desk, ref, 'probe', probePlan(script, timeoutMs), signal),
    progress: show.progress,
  };
  let ended: { readonly ok: boolean; readonly detail: string };
  try {
    ended = await kind.perform(action.spec, context);
  } catch (error) {
    if (error instanceof Leave) throw error;
    if (desk.end) throw new Leave(desk.end);
    const why = error instanceof Error ? error.message : String(error);
    ended = { ok: false, detail: `It could not be carried through: ${why}` };
  } finally {
    show.stop();
  }
  if (desk.end) throw new Leave(desk.end);
  if (cancel.aborted) ended = { ok: false, detail: 'Ended by the operator.' };
  await desk.record({ type: 'action-ended', ...ref, ok: ended.ok, detail: desk.redact(ended.detail) });
}

function probePlan(script: string, timeoutMs: number) {
  return { language: 'bash', script, interactive: false, codes: [0], timeoutMs } as const;
}

/** The last moment of which the journal shows that somebody watched, in ms since the epoch. */
function lastSeen(desk: Desk, runs: readonly string[], startedAt: number): number {
  const run = desk.session.runs[runs.at(-1) ?? ''];
  if (!run) return startedAt;
  return Math.max(startedAt, Date.parse(run.startedAt) + (run.durationMs ?? 0));
}

/** Shows the first change at once and the latest of the others in their time. */
function throttled(desk: Desk): { progress: PerformContext['progress']; stop: () => void } {
  const { clock } = desk.options.ports;
  let waiting: Parameters<PerformContext['progress']>[0] | undefined;
  let cancel: (() => void) | undefined;
  const show = () => {
    if (waiting) desk.live(waiting);
    cancel = waiting ? clock.after(showEveryMs, show) : undefined;
    waiting = undefined;
  };
  return {
    progress(change) {
      waiting = { ...waiting, ...change };
      if (!cancel) show();
    },
    stop: () => cancel?.(),
  };
}
