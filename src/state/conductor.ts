/**
 * The conductor: drives a session from wherever its journal leaves it to its end. It decides, asks, acts and writes down,
 * one thing at a time; no event is acted on before it is on disk. It needs no terminal: whoever holds the walk may
 * be a screen, a pipe or a test.
 */
import { createHash } from 'node:crypto';
import { busy, makePlan, performAction, startCommand } from './busy.ts';
import { decide } from './decide.ts';
import { Desk, Leave } from './desk.ts';
import { diffSources } from './diff.ts';
import { guardCluster } from './guard.ts';
import type { WalkOptions } from './options.ts';
import type { Decision } from './scene.ts';
import { settle } from './settle.ts';
import { type CommandPlan, followCommand, runFolder } from './supervise.ts';
import type { Walk, WalkEnd } from './walk.ts';

/** Opens the walk of a session and starts driving it. Nothing here rejects: what goes wrong is in `finished`. */
export async function openWalk(options: WalkOptions): Promise<Walk> {
  const changes = options.onDisk ? diffSources(options.bundle.sources, options.onDisk) : undefined;
  const desk = new Desk(options, changes?.text);
  const { output } = desk;
  const finished = Promise.race([drive(desk, changes?.files ?? []), left(desk)]);
  return {
    store: desk.store,
    output,
    folder: options.folder,
    send: (intent) => desk.mailbox.push({ intent, token: desk.token }),
    finished,
    async close() {
      desk.leave({ type: 'paused' });
      await finished;
      await output.close();
      await options.journal.close();
    },
  };
}

/** Whatever may still be waited for then, nothing comes of it. */
function left(desk: Desk): Promise<WalkEnd> {
  return new Promise((resolve) => {
    desk.leaving.addEventListener('abort', () => resolve(desk.end ?? { type: 'paused' }), { once: true });
  });
}

async function drive(
  desk: Desk,
  changed: readonly { readonly file: string; readonly text: string }[],
): Promise<WalkEnd> {
  try {
    if (desk.options.resumed && !desk.session.ended) await resume(desk, changed);
    let last: Decision | undefined;
    for (;;) {
      const decision = decide(desk.session, desk.options.bundle, desk.options.kinds, desk.context);
      if (decision.type === 'append' && last?.type === 'append' && sameEvents(decision, last)) {
        throw new Error(`the events ${JSON.stringify(decision.events)} lead nowhere`);
      }
      last = decision;
      await carryOut(desk, decision);
    }
  } catch (error) {
    if (!(error instanceof Leave)) {
      const why = error instanceof Error ? error.message : String(error);
      desk.leave({
        type: 'broken',
        detail: `This is a mistake in the program: ${why}. The session can be resumed.`,
      });
    }
  }
  return desk.end ?? { type: 'broken', detail: 'The session came to no end.' };
}

async function resume(
  desk: Desk,
  changed: readonly { readonly file: string; readonly text: string }[],
): Promise<void> {
  const { journal, operator, policy } = desk.options;
  await desk.record({
    type: 'session-resumed',
    operator,
    torn: journal.torn,
    unattended: policy !== undefined,
  });
  if (journal.torn) {
    desk.live({
      notice:
        'The last line of the journal was unfinished and was cut off. What it would have said was not acted on.',
    });
  }
  for (const { file, text } of changed) {
    const hash = createHash('sha256').update(text).digest('hex');
    if (desk.session.changes[file] !== hash) await desk.record({ type: 'runbook-changed', file, hash });
  }
}

async function carryOut(desk: Desk, decision: Decision): Promise<void> {
  switch (decision.type) {
    case 'append':
      return desk.recordAll(decision.events);
    case 'start':
      if (decision.block.interactive && desk.options.policy) {
        const detail = `${decision.at.action} reads the keyboard, so it cannot run unattended.`;
        await desk.record({ type: 'session-paused', operator: desk.options.operator });
        return desk.quit({ type: 'failed', detail });
      }
      return startCommand(desk, decision.at, decision.purpose, decision.block);
    case 'follow': {
      const { run, block } = decision;
      const plan: CommandPlan = block ?? {
        language: 'bash',
        script: run.script,
        interactive: false,
        codes: [0],
      };
      await busy(desk, (cancel) => followCommand(desk, run, plan, cancel));
      // A kind's own command: what it kept of the output was for a program that is gone.
      if (!block) await desk.options.ports.putAwayCaptured(runFolder(desk, run), desk.secretValues());
      return;
    }
    case 'perform':
      if (decision.action.risk !== 'look' && !(await guardCluster(desk, decision.at))) return;
      return performAction(desk, decision.at, decision.kind, decision.action);
    case 'plan':
      return makePlan(desk, decision.at, decision.kind, decision.action);
    case 'ask':
      return settle(desk, decision.question);
    case 'over':
      return desk.quit({ type: decision.outcome === 'completed' ? 'completed' : 'stopped' });
    case 'stuck':
      return desk.quit({ type: 'broken', detail: decision.detail });
  }
}

function sameEvents(one: Decision, other: Decision): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
