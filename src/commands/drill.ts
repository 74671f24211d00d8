/** `handrail drill`: breaks a fresh practice cluster in one known way, and walks a runbook on it. */
import { join } from 'node:path';
import { stripToLine } from '../runbook/strip-controls.ts';
import { isOnPractice } from '../screens/update/home.ts';
import { exitCodes } from '../state/exit-codes.ts';
import { span } from '../terminal/duration.ts';
import { type FoundDrill, findDrill, runbookName } from './drill/find.ts';
import { prepareCluster } from './drill/prepare.ts';
import { storyText, warningText } from './drill/words.ts';
import { builtInRunbooks, load } from './library.ts';
import { run, type UnattendedOptions, unattendedPolicy } from './run.ts';
import { sessionEntries } from './session-index.ts';
import { type PlainStage, plainStage, planStage, type ScreenOptions } from './stage.ts';
import { table } from './table.ts';
import { OperatorError } from './trouble.ts';

export interface DrillOptions extends ScreenOptions, UnattendedOptions {
  /** Nothing is asked before the walk. */
  readonly yes?: boolean;
  readonly speed?: number;
  readonly output?: 'table' | 'json';
}

const columns = (): number => process.stdout.columns ?? 80;

/** Lists the drills. What is broken in them is not said. */
export async function listDrills({ output = 'table' }: Pick<DrillOptions, 'output'>): Promise<number> {
  const drills = (await builtInRunbooks()).filter(({ kind }) => kind === 'drill');
  const shown = drills.map(({ file, title, summary, estimateMs }) => ({
    name: file.replace(/^drills\//, ''),
    title,
    description: summary,
    estimateMs,
  }));
  process.stdout.write(
    output === 'json'
      ? `${JSON.stringify(shown, undefined, 2)}\n`
      : table(
          ['NAME', 'TIME', 'TITLE'],
          shown.map(({ name, estimateMs, title }) => [
            name,
            estimateMs === undefined ? '-' : span(estimateMs),
            title,
          ]),
        ),
  );
  return exitCodes.done.code;
}

/** Makes a fresh practice cluster, breaks it as the drill says, and walks. Gives the exit code of the walk. */
export async function drill(name: string, options: DrillOptions): Promise<number> {
  const { yes, speed, output, ...walking } = options;
  if (output !== undefined) {
    throw new OperatorError('-o is for the list of all drills.', { fix: 'handrail drill -o json' });
  }
  const unattended = (await unattendedPolicy(options)) !== undefined;
  const found = await findDrill(name);
  const plan = planStage(options);
  const stage = plainStage(plan);
  const asks = yes !== true && !unattended;
  if (asks) await warn(found, stage);

  // A drill that is walked itself tells its story in its briefing; line by line there is none.
  const tells = !plan.interactive || found.walked.key !== found.location.key;
  if (tells) process.stdout.write(`${storyText(found.runbook, columns())}\n`);
  const kubeconfig = await prepareCluster(found.drill, { speed, say: (text) => process.stdout.write(text) });
  if (tells && asks && plan.interactive) await stage.ask('Enter begins. ');
  const begun = Date.now();
  const code = await run(runbookName(found), { ...walking, kubeconfig, set: found.drill.set ?? {} }, stage);
  if (await hasEnded(begun)) await debrief(found);
  return code;
}

/** Asks before something is lost, or somebody's script is run. Throws an OperatorError where the answer is not yes. */
async function warn({ location, builtIn }: FoundDrill, stage: PlainStage): Promise<void> {
  const lost = (await sessionEntries()).filter(isOnPractice);
  const warning = warningText(lost, builtIn ? undefined : join(location.folder, location.key), columns());
  if (warning === undefined) return;
  const answer = await stage.ask(`${warning}Go on? (yes or no) `);
  if (/^\s*y(?:es)?\s*$/i.test(answer ?? '')) return;
  throw new OperatorError('Nothing was done.', {
    ...(answer === undefined ? { fix: 'To go on without being asked: --yes' } : {}),
    exitCode: exitCodes.notReady.code,
  });
}

/** Whether the walk that was begun then has come to its end: one that is paused is not over, and its cause not told. */
async function hasEnded(begun: number): Promise<boolean> {
  const [newest] = await sessionEntries();
  return newest?.status === 'completed' && Date.parse(newest.startedAt) >= begun;
}

/** After the walk: what had been broken. */
async function debrief({ pitfall }: FoundDrill): Promise<void> {
  const { root, runbooks } = await load(pitfall);
  process.stdout.write(`What had been broken: ${stripToLine(runbooks[root]!.title)}.\n`);
}
