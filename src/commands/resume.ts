import type { SessionEntry, Started } from '../screens/services.ts';
import { exitCodes } from '../state/exit-codes.ts';
import { resumeSession } from './open-session.ts';
import { type UnattendedOptions, unattendedPolicy } from './run.ts';
import { createServices } from './services.ts';
import { findSession, sessionEntries } from './session-index.ts';
import { plainStage, planStage, playOnScreen, type ScreenOptions } from './stage.ts';
import { signedIn } from './target.ts';
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
  const told = id === undefined ? await othersToo(session.id) : undefined;
  const plan = planStage(options);
  const choice = await signedIn({ kubeconfig: session.kubeconfig });
  const plugins = choice.plugins ? { plugins: choice.plugins } : {};
  const refused = (started: Extract<Started, { ok: false }>) =>
    new OperatorError(started.message, {
      exitCode: started.exitCode ?? exitCodes.notReady.code,
      ...(started.fix === undefined ? {} : { fix: started.fix }),
    });
  if (plan.interactive) {
    return playOnScreen(plan, async (context) => {
      const started = await resumeSession(session, { ...context, ...plugins });
      if (!started.ok) throw refused(started);
      return {
        services: createServices(plugins, context),
        initial: { type: 'walk', walk: started.walk, ...(told === undefined ? {} : { told }) },
      };
    });
  }
  const stage = plainStage(plan);
  const started = await resumeSession(session, {
    ...stage.context,
    ...(policy ? { policy } : {}),
    ...plugins,
  });
  if (!started.ok) throw refused(started);
  if (told !== undefined) process.stdout.write(`${told}\n`);
  return stage.play(started.walk, policy !== undefined);
}

/** Which session was taken where none was named, and that there are others; undefined where it is the only one. */
async function othersToo(id: string): Promise<string | undefined> {
  const others = (await sessionEntries()).filter((entry) => resumable(entry) && entry.id !== id).length;
  if (others === 0) return undefined;
  return `This is ${id}. ${others === 1 ? 'Another session' : `${others} other sessions`} could be resumed: see handrail sessions.`;
}
