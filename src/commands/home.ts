import { exitCodes } from '../state/exit-codes.ts';
import { servicesLater } from './services-later.ts';
import { planStage, playOnScreen, type ScreenOptions } from './stage.ts';
import { table } from './table.ts';
import { type ClusterOptions, chooseCluster } from './target.ts';

/** The home screen; without a terminal, the same as text, with the commands that go on from it. */
export async function home(options: ScreenOptions & ClusterOptions): Promise<number> {
  const plan = planStage(options);
  if (!plan.interactive) return homeAsText();
  if (options.practice) process.stderr.write('Starting the practice cluster...\n');
  const choice = await chooseCluster(options);
  return playOnScreen(plan, async (context) => ({
    services: servicesLater(choice, context),
    initial: { type: 'home' },
  }));
}

async function homeAsText(): Promise<number> {
  const [{ builtInRunbooks }, { sessionEntries }] = await Promise.all([
    import('./library.ts'),
    import('./session-index.ts'),
  ]);
  const runbooks = (await builtInRunbooks()).filter(({ kind }) => kind !== 'drill');
  const open = (await sessionEntries()).filter(
    ({ status }) => status === 'paused' || status === 'interrupted',
  );
  const { stdout } = process;
  stdout.write('Runbooks that come with Handrail (handrail run NAME --plain):\n\n');
  stdout.write(
    table(
      ['NAME', 'TITLE'],
      runbooks.map(({ file, title }) => [file, title]),
    ),
  );
  stdout.write('\nhandrail drill lists things that go wrong on purpose, on the practice cluster.\n');
  if (open.length > 0) {
    stdout.write('\nSessions that can be resumed (handrail resume ID --plain):\n\n');
    stdout.write(
      table(
        ['ID', 'WHERE', 'RUNBOOK'],
        open.map(({ id, where, title }) => [id, where, title]),
      ),
    );
  }
  stdout.write('\nThere is no terminal here, so no full screen. handrail --help lists all commands.\n');
  return exitCodes.done.code;
}
