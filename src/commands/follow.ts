import { createServices, followSession } from './services.ts';
import { findSession } from './session-index.ts';
import { plainStage, planStage, playOnScreen, type ScreenOptions } from './stage.ts';
import { OperatorError } from './trouble.ts';

/** `handrail follow [ID]`: read-only, the running session where none is named. */
export async function follow(id: string | undefined, options: ScreenOptions): Promise<number> {
  const session = await findSession(
    id,
    (entry) => entry.status === 'running',
    'No session is being driven at the moment.',
  );
  const started = await followSession(session);
  if (!started.ok) throw new OperatorError(started.message);
  const plan = planStage(options);
  if (!plan.interactive) return plainStage(plan).play(started.walk, true);
  return playOnScreen(plan, async (context) => ({
    services: createServices({}, context),
    initial: { type: 'walk', walk: started.walk },
  }));
}
