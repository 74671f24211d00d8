/** Lets a kind of action do its work, with every command of it recorded and its progress shown. */
import type { KindAction } from '../runbook/model.ts';
import { type Desk, Leave } from './desk.ts';
import type { ActionRef, Ending } from './event.ts';
import type { PerformContext, PerformingKind } from './kind.ts';
import { redactJson } from './redact-json.ts';
import { type ActionState, actionIn } from './session.ts';
import { showing } from './show.ts';
import type { Steering } from './steering.ts';
import { runCommand, runFolder } from './supervise.ts';

/** How much of a command's output a kind is given, unless it asks for another limit. */
const readLimit = 1024 * 1024;

/** Performs the action, from its start or from where an earlier program left it, and writes its end down. */
export async function perform(
  desk: Desk,
  at: ActionRef,
  work: {
    readonly kind: PerformingKind;
    readonly action: KindAction;
    readonly steering: Steering;
    readonly cancel: AbortSignal;
  },
): Promise<void> {
  const { kind, action, steering, cancel } = work;
  const ref: ActionRef = { frame: at.frame, step: at.step, action: at.action };
  const state = () => actionIn(desk.session, ref);
  const fresh = state()?.startedAt === undefined;
  if (fresh) await desk.record({ type: 'action-started', ...ref, detail: '' });
  const startedAt = Date.parse(state()?.startedAt ?? desk.session.updatedAt);
  const signal = AbortSignal.any([cancel, desk.leaving]);
  const show = showing(desk, ref);
  desk.live({ working: { at: ref, doing: 'perform', startedAt, stopping: false } });
  const planned = state()?.plan;
  const context: PerformContext = {
    at: ref,
    runbooks: desk.options.bundle.runbooks,
    values: desk.values(),
    env: desk.env(),
    cluster: desk.session.cluster,
    kubeconfigFile: desk.options.kubeconfigFile,
    get api() {
      return desk.api();
    },
    plan: planned && { plan: planned.plan, excluded: planned.excluded },
    get notes() {
      return state()?.notes ?? [];
    },
    startedAt,
    detail: state()?.detail ?? '',
    lastSeenAt: fresh ? startedAt : lastSeen(desk, state(), startedAt),
    clock: desk.options.ports.clock,
    signal,
    async started(detail) {
      await desk.record({ type: 'action-started', ...ref, detail });
      return Date.parse(desk.session.updatedAt);
    },
    probe: async (script, timeoutMs) =>
      (await runCommand(desk, ref, 'probe', probePlan(script, timeoutMs), signal)).ending,
    note: (text, data) =>
      desk.record({
        type: 'action-noted',
        ...ref,
        text: desk.redact(text),
        ...(data === undefined ? {} : { data: redactJson(data, desk.secretValues()) }),
      }),
    onSteer: (heard) => steering.listen(heard, signal),
    read: (script, timeoutMs, limit) => readCommand(desk, ref, { script, timeoutMs, limit, signal }),
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
function lastSeen(desk: Desk, state: ActionState | undefined, startedAt: number): number {
  const run = desk.session.runs[state?.runs.at(-1) ?? ''];
  const note = state?.notes.at(-1);
  const ran = run ? Date.parse(run.startedAt) + (run.durationMs ?? 0) : startedAt;
  return Math.max(startedAt, ran, note ? Date.parse(note.time) : startedAt);
}

/** Runs a command that only looks, and gives what it wrote to its standard output. */
export async function readCommand(
  desk: Desk,
  at: ActionRef,
  of: {
    readonly script: string;
    readonly timeoutMs: number;
    /** In bytes; a megabyte unless told. */
    readonly limit?: number | undefined;
    readonly signal: AbortSignal;
  },
): Promise<{ readonly ending: Ending; readonly output: string }> {
  const { ports } = desk.options;
  const { limit = readLimit } = of;
  const { run, ending } = await runCommand(
    desk,
    at,
    'probe',
    { ...probePlan(of.script, of.timeoutMs), keepStdout: true },
    of.signal,
  );
  const folder = runFolder(desk, { run });
  try {
    const bytes = Buffer.from(await ports.captured(folder, limit));
    return { ending, output: bytes.toString('utf8', 0, limit) };
  } catch {
    // It never started, so it wrote nothing: how it ended says why.
    return { ending, output: '' };
  } finally {
    await ports.putAwayCaptured(folder, desk.secretValues());
  }
}
