/** Deals with intents while something runs: a note is kept, cancel ends it, pause leaves it, all else has to wait. */
import type { KindAction } from '../runbook/model.ts';
import { type Desk, Leave } from './desk.ts';
import type { ActionRef, Purpose } from './event.ts';
import type { PerformingKind, Planning } from './kind.ts';
import { Lookout } from './lookout.ts';
import { perform } from './perform.ts';
import { plan } from './plan.ts';
import { Steering } from './steering.ts';
import { type CommandPlan, runCommand } from './supervise.ts';

/** Who hears intents while something runs. */
interface Heard {
  readonly steering?: Steering;
  readonly lookout?: Lookout;
}

const notLooked = 'What runs now is a command: the cluster is looked at when it has failed.';
const notSteered = 'What runs now takes no words: wait for its end, or cancel it.';

/** Runs something to its end while intents are dealt with. */
export async function busy(
  desk: Desk,
  work: (cancel: AbortSignal) => Promise<unknown>,
  heard?: Heard,
): Promise<void> {
  desk.clearQuestion();
  desk.quiet('progress');
  desk.undoing = undefined;
  const cancel = new AbortController();
  const stop = () => {
    const { working } = desk.store.getState().live;
    if (working) desk.live({ working: { ...working, stopping: true } });
    cancel.abort();
  };
  try {
    await whileBusy(desk, work(cancel.signal), stop, heard);
  } finally {
    desk.quiet('running', 'soak', 'working');
  }
}

/** Runs a block of an action to its end, which the journal has then; intents are heard meanwhile. Rejects with `Leave`. */
export function startCommand(desk: Desk, at: ActionRef, purpose: Purpose, plan: CommandPlan): Promise<void> {
  return busy(desk, (cancel) => runCommand(desk, at, purpose, plan, cancel));
}

/** Lets a kind do its work to its end, which the journal has then; it hears its own words meanwhile. Rejects with `Leave`. */
export function performAction(
  desk: Desk,
  at: ActionRef,
  kind: PerformingKind,
  action: KindAction,
): Promise<void> {
  const steering = new Steering(kind.steering ?? []);
  const lookout = new Lookout(desk, at);
  const work = (cancel: AbortSignal) => {
    if (kind.lookout?.(action.spec)) lookout.start();
    return perform(desk, at, { kind, action, steering, cancel }).finally(() => lookout.stop());
  };
  return busy(desk, work, { steering, lookout });
}

/** Has a kind look before it is asked whether it may act; what it found is in the journal then. Rejects with `Leave`. */
export function makePlan(desk: Desk, at: ActionRef, kind: Planning, action: KindAction): Promise<void> {
  return busy(desk, (cancel) => plan(desk, at, { kind, action, cancel }));
}

const runs = {
  stop: 'Something runs: cancel it first, or pause and let it go on.',
  other: 'Something runs: wait for its end, or cancel it.',
} as const;
const told: readonly (string | undefined)[] = Object.values(runs);

/** Settles as `work` does, or rejects with `Leave`. Intents are heard meanwhile; `cancel` is called for that one. */
export async function whileBusy<T>(
  desk: Desk,
  work: Promise<T>,
  cancel: () => void,
  { steering, lookout }: Heard = {},
): Promise<T> {
  let over = false;
  const done = work.finally(() => {
    over = true;
  });
  // Its failure is met below; this only keeps Node from seeing it unhandled when we leave first.
  const settled = done.then(
    () => undefined,
    () => undefined,
  );
  for (;;) {
    await Promise.race([settled, desk.mailbox.ready()]);
    if (over) {
      // That something runs is no longer true.
      if (told.includes(desk.store.getState().live.notice)) desk.quiet('notice');
      return done;
    }
    if (desk.end) throw new Leave(desk.end);
    const message = desk.mailbox.take();
    switch (message?.intent.type) {
      case undefined:
        break;
      case 'note':
        await desk.record({
          type: 'note-added',
          text: desk.redact(message.intent.text),
          operator: desk.options.operator,
        });
        break;
      case 'cancel':
        cancel();
        break;
      case 'steer': {
        const refused = steering ? steering.hear(message.intent) : notSteered;
        if (refused === undefined) desk.quiet('notice');
        else desk.live({ notice: refused });
        break;
      }
      case 'diagnose': {
        const refused = lookout ? lookout.look() : notLooked;
        if (refused !== undefined) desk.live({ notice: refused });
        break;
      }
      case 'pause':
        await pauseSession(desk);
        break;
      case 'stop':
        desk.live({ notice: runs.stop });
        break;
      default:
        desk.live({ notice: runs.other });
    }
  }
}

/** Writes down that the session rests and leaves it. What runs goes on. */
export function pauseSession(desk: Desk): Promise<never> {
  return desk.recordLast({ type: 'session-paused', operator: desk.options.operator }, { type: 'paused' });
}
