import type { SessionEntry, Started } from '../screens/services.ts';
import { exitCodes } from '../state/exit-codes.ts';
import { resumeSession } from './open-session.ts';
import { type UnattendedOptions, unattendedPolicy } from './run.ts';
import { createServices } from './services.ts';
import { findSession } from './session-index.ts';
import { plainStage, planStage, playOnScreen, type ScreenOptions } from './stage.ts';
import { OperatorError } from './trouble.ts';

const resumable = ({ status }: SessionEntry) =>
  status === 'paused' || status === 'interrupted' || status === 'running';

/** `handrail resume [ID]`. */
export async function resume(
  id: string | undefined,
  options: ScreenOptions & UnattendedOptions,
): Promise<number> {
  const policy = await unattendedPolicy(options);
  const session = await findSession(id, resumable, 'There is no session to go on with.');
  const plan = planStage(options);
  const refused = (started: Extract<Started, { ok: false }>) =>
    new OperatorError(started.message, {
      exitCode: started.exitCode ?? exitCodes.notReady.code,
      ...(started.fix === undefined ? {} : { fix: started.fix }),
    });
  if (plan.interactive) {
    return playOnScreen(plan, async (context) => {
      const started = await resumeSession(session, context);
      if (!started.ok) throw refused(started);
      return { services: createServices({}, context), initial: { type: 'walk', walk: started.walk } };
    });
  }
  const stage = plainStage(plan);
  const started = await resumeSession(session, { ...stage.context, ...(policy ? { policy } : {}) });
  if (!started.ok) throw refused(started);
  return stage.play(started.walk, policy !== undefined);
}
