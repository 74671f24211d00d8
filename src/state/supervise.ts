/** One command from its first event to its last: started or attached to, watched, ended in time, written down. */
import { join } from 'node:path';
import type { ShellBlock } from '../runbook/model.ts';
import type { CommandHandle, CommandSpec, RawEnding } from '../shell/port.ts';
import { capture } from './capture.ts';
import { type Desk, Leave } from './desk.ts';
import { judge } from './ending.ts';
import type { ActionRef, Ending, Purpose } from './event.ts';
import { progressTick, repeat } from './running.ts';
import type { CommandRun } from './session.ts';
import { specsOf } from './values.ts';

/** Between TERM and KILL. */
const graceMs = 10_000;
/** A command whose end comes this soon after it was attached to was over before. */
const overBeforeMs = 300;
/** No time limit strikes sooner after attaching: a command that is over must have time to say so. */
const settlingMs = 2000;

/** What is to be run: a block of the runbook, or a probe of a kind of action. */
export type CommandPlan = Pick<ShellBlock, 'language' | 'script' | 'interactive' | 'codes'> &
  Partial<Pick<ShellBlock, 'timeoutMs' | 'silentMs' | 'capture'>> & {
    /** Its standard output is also kept by itself, for whoever started it to read and put away. */
    readonly keepStdout?: true;
  };

/** Starts a command and gives its run and how it ended. Aborting `cancel` ends it; the desk's leaving lets it go on, unwatched. */
export async function runCommand(
  desk: Desk,
  at: ActionRef,
  purpose: Purpose,
  plan: CommandPlan,
  cancel: AbortSignal,
): Promise<{ readonly run: string; readonly ending: Ending }> {
  const run = desk.nameRun(purpose);
  const { frame, step, action } = at;
  const timeoutMs = plan.timeoutMs;
  await desk.record({
    type: 'command-started',
    frame,
    step,
    action,
    run,
    purpose,
    script: plan.script,
    timeoutMs,
  });
  const started = desk.session.runs[run];
  if (!started) throw new Error(`the run ${run} was not folded in`);
  return { run, ending: await runStarted(desk, started, plan, cancel) };
}

async function runStarted(
  desk: Desk,
  started: CommandRun,
  plan: CommandPlan,
  cancel: AbortSignal,
): Promise<Ending> {
  const { commands } = desk.options.ports;
  const spec = commandSpec(desk, started, plan);
  if (plan.interactive) {
    const raw = await fromPort(commands.interactive(spec));
    return finish(desk, started, plan, raw, undefined, desk.options.ports.clock.now());
  }
  let handle: CommandHandle;
  try {
    handle = await commands.start(spec);
  } catch (error) {
    return finish(desk, started, plan, notStarted(error), undefined, desk.options.ports.clock.now());
  }
  return watch(desk, started, plan, handle, cancel);
}

/** Goes on with a command that an earlier program started, or learns how it ended. */
export async function followCommand(
  desk: Desk,
  run: CommandRun,
  plan: CommandPlan,
  cancel: AbortSignal,
): Promise<Ending> {
  const handle = await desk.options.ports.commands.attach(
    runFolder(desk, run),
    run.process,
    desk.secretValues(),
  );
  return watch(desk, run, plan, handle, cancel, desk.options.ports.clock.now());
}

async function watch(
  desk: Desk,
  run: CommandRun,
  plan: CommandPlan,
  handle: CommandHandle,
  cancel: AbortSignal,
  attachedAt?: number,
): Promise<Ending> {
  const { clock } = desk.options.ports;
  let stoppedBy: 'operator' | 'timeout' | undefined;
  const stop = (by: 'operator' | 'timeout') => {
    if (stoppedBy) return;
    stoppedBy = by;
    void handle.terminate(graceMs).catch(() => undefined);
  };
  const startedAt = Date.parse(run.startedAt);
  const tick = progressTick(desk, run, handle, plan.silentMs, () => stoppedBy !== undefined);
  const onCancel = () => {
    stop('operator');
    tick();
  };
  const cleanUp: (() => void)[] = [];
  try {
    if (!run.process && handle.identity)
      await desk.record({ type: 'command-spawned', run: run.run, ...handle.identity });
    if (run.timeoutMs !== undefined) {
      const least = attachedAt === undefined ? 0 : settlingMs;
      const left = Math.max(least, startedAt + run.timeoutMs - clock.now());
      cleanUp.push(clock.after(left, () => stop('timeout')));
    }
    if (cancel.aborted) onCancel();
    cancel.addEventListener('abort', onCancel, { once: true });
    cleanUp.push(() => cancel.removeEventListener('abort', onCancel), repeat(desk, tick));
    const raw = await Promise.race([fromPort(handle.ended), left(desk, cleanUp)]);
    const now = clock.now();
    if (attachedAt === undefined) return await finish(desk, run, plan, raw, stoppedBy, now);
    // It ended while nobody looked: its last output is the best that is known of when.
    const endedAt = now - attachedAt < overBeforeMs ? handle.progress().lastOutputAt : now;
    const ending = raw.type === 'not-started' ? { ...raw, interrupted: true } : raw;
    return await finish(desk, run, plan, ending, stoppedBy, endedAt);
  } finally {
    for (const undo of cleanUp) undo();
    desk.quiet('running');
    // After the end this does nothing; before it, the command goes on by itself.
    handle.detach();
  }
}

/** Rejects when the walk is over for this program. */
function left(desk: Desk, cleanUp: (() => void)[]): Promise<never> {
  return new Promise((_, reject) => {
    const leave = () => reject(new Leave(desk.end ?? { type: 'paused' }));
    if (desk.leaving.aborted) leave();
    desk.leaving.addEventListener('abort', leave, { once: true });
    cleanUp.push(() => desk.leaving.removeEventListener('abort', leave));
  });
}

async function finish(
  desk: Desk,
  run: CommandRun,
  plan: CommandPlan,
  raw: RawEnding & { readonly interrupted?: boolean },
  stoppedBy: 'operator' | 'timeout' | undefined,
  endedAt: number,
): Promise<Ending> {
  let ending = judge(raw, plan.codes, stoppedBy);
  if (plan.capture !== undefined && ending.type === 'exited' && ending.ok) {
    // Before the end is written down, so that no crash can leave an ended command whose value was not taken.
    const refused = await capture(desk, runFolder(desk, run), plan.capture);
    if (refused !== undefined) {
      ending = { ...ending, ok: false };
      desk.live({ notice: refused });
    }
  }
  const durationMs = Math.max(0, endedAt - Date.parse(run.startedAt));
  await desk.record({ type: 'command-ended', run: run.run, ending, durationMs });
  if (plan.capture !== undefined)
    await desk.options.ports.putAwayCaptured(runFolder(desk, run), desk.secretValues());
  return ending;
}

function commandSpec(desk: Desk, run: CommandRun, plan: CommandPlan): CommandSpec {
  return {
    folder: runFolder(desk, run),
    language: plan.language,
    script: plan.script,
    env: desk.env(),
    cwd: desk.options.cwd,
    captureStdout: plan.capture !== undefined || plan.keepStdout === true,
    ...(secretTarget(desk, plan.capture) ? { hideStdout: true } : {}),
    secrets: desk.secretValues(),
  };
}

function secretTarget(desk: Desk, name: string | undefined): boolean {
  const specs = specsOf(desk.session, desk.options.bundle);
  return specs.some((spec) => spec.name === name && spec.type === 'secret');
}

/** Where the files of a run are. */
export function runFolder(desk: Desk, run: Pick<CommandRun, 'run'>): string {
  return join(desk.options.folder, 'runs', run.run);
}

/** The port promises not to reject; should it, the command's end is simply not known. */
async function fromPort(ending: Promise<RawEnding>): Promise<RawEnding> {
  try {
    return await ending;
  } catch {
    return { type: 'unknown' };
  }
}

function notStarted(error: unknown): RawEnding {
  return { type: 'not-started', why: error instanceof Error ? error.message : String(error) };
}
