import type { SessionEntry } from '../screens/services.ts';
import { exitCodes } from './exit-codes.ts';
import { resumeSession } from './open-session.ts';
import { type UnattendedOptions, unattendedPolicy } from './run.ts';
import { createServices } from './services.ts';
import { findSession } from './session-index.ts';
import { plainContext, planStage, playOnScreen, playPlain, type ScreenOptions } from './stage.ts';
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
  const refused = (started: { readonly message: string; readonly fix?: string }) =>
    new OperatorError(started.message, {
      exitCode: exitCodes.notReady.code,
      ...(started.fix === undefined ? {} : { fix: started.fix }),
    });
  if (plan.interactive) {
    return playOnScreen(plan, async (context) => {
      const started = await resumeSession(session, context);
      if (!started.ok) throw refused(started);
      return { services: createServices({}, context), initial: { type: 'walk', walk: started.walk } };
    });
  }
  const started = await resumeSession(session, { ...plainContext(), ...(policy ? { policy } : {}) });
  if (!started.ok) throw refused(started);
  return playPlain(plan, started.walk, policy !== undefined);
}
