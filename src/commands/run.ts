import { stripControls } from '../runbook/strip-controls.ts';
import { briefingText } from '../screens/plain/briefing-text.ts';
import type { RequirementResult } from '../screens/services.ts';
import { lacking } from '../screens/update/briefing.ts';
import { exitCodes } from '../state/exit-codes.ts';
import type { UnattendedPolicy } from '../state/unattended.ts';
import { readAnswers } from './answers.ts';
import { asksCluster, brief, obstacle } from './brief.ts';
import { load, locate } from './library.ts';
import { startSession } from './open-session.ts';
import { createServices } from './services.ts';
import { type PlainStage, plainStage, planStage, playOnScreen, type ScreenOptions } from './stage.ts';
import { type ClusterOptions, chooseCluster } from './target.ts';
import { OperatorError } from './trouble.ts';

export interface UnattendedOptions {
  readonly unattended?: boolean;
  readonly answers?: string;
  readonly confirm?: string;
}

export interface RunOptions extends ScreenOptions, ClusterOptions, UnattendedOptions {
  readonly set: Readonly<Record<string, string>>;
  readonly dryRun?: boolean;
  readonly diagnosed?: boolean;
}

/** The policy of an unattended run; undefined where somebody answers. Throws an OperatorError for options that do not fit. */
export async function unattendedPolicy(
  options: UnattendedOptions & ScreenOptions,
): Promise<UnattendedPolicy | undefined> {
  if (!options.unattended) {
    if (options.answers !== undefined || options.confirm !== undefined) {
      throw new OperatorError('--answers and --confirm are for an unattended run.', {
        fix: 'Add --plain --unattended.',
      });
    }
    return undefined;
  }
  if (!options.plain) throw new OperatorError('--unattended needs --plain.', { fix: 'Add --plain.' });
  return {
    answers: options.answers === undefined ? {} : await readAnswers(options.answers),
    ...(options.confirm === undefined ? {} : { confirm: options.confirm }),
  };
}

/** `handrail run RUNBOOK`. `before`: where something was asked already, if anywhere; it may have read ahead. */
export async function run(name: string, options: RunOptions, before?: PlainStage): Promise<number> {
  const policy = await unattendedPolicy(options);
  const location = locate(name);
  const values = options.diagnosed ? await withDiagnosed(name, options) : options.set;
  const plan = planStage(options);
  // The screens read it again for their briefing, and more of it.
  const bundle = await load(location, plan.interactive ? 'look' : 'session');
  const choice = await chooseCluster(options, (named) => asksCluster(bundle, named));
  const mode = options.dryRun ? 'dry-run' : 'live';
  if (plan.interactive) {
    return playOnScreen(plan, async (context) => ({
      services: createServices(choice, context),
      initial: { type: 'briefing', file: name, values, mode },
    }));
  }
  const stage = before ?? plainStage(plan);
  const { plugins } = choice;
  const context = { ...stage.context, ...(policy ? { policy } : {}), ...(plugins ? { plugins } : {}) };
  const { briefing, cluster } = await brief(name, bundle, values, choice, context.environment);
  process.stdout.write(`${briefingText(briefing)}\n`);
  const problem = obstacle(briefing, choice);
  if (problem) {
    const mended = problem.fix === undefined ? {} : { fix: problem.fix };
    const exitCode = problem.where === 'runbook' ? exitCodes.usage.code : exitCodes.notReady.code;
    throw new OperatorError(problem.message, { ...mended, exitCode });
  }
  const missing = lacking(briefing);
  const [first] = missing;
  if (first && policy && mode === 'live') throw notStarted(first);
  if (first && !policy) {
    const list = missing.map(({ what, detail }) => `  ${what}: ${detail}`).join('\n');
    const asked = `Not all that it needs is there:\n${list}\nTo start all the same, type: ${startAnyway}\n`;
    if ((await stage.ask(stripControls(asked)))?.trim() !== startAnyway) throw notStarted(first);
  }
  const started = await startSession(
    { location, bundle, values: briefing.values, mode, cluster, lacking: missing },
    context,
  );
  if (!started.ok) {
    throw new OperatorError(started.message, { exitCode: started.exitCode ?? exitCodes.notReady.code });
  }
  return stage.play(started.walk, policy !== undefined);
}

/** What was set goes before what is found. Loaded only here: few walks begin with a diagnosis. */
async function withDiagnosed(name: string, options: RunOptions): Promise<RunOptions['set']> {
  const { diagnosedValues } = await import('./diagnose/diagnosed-values.ts');
  return { ...(await diagnosedValues(name, options)), ...options.set };
}

/** What is typed to start a session for which something is lacking. */
const startAnyway = 'start anyway';

const notStarted = ({ what, detail, fix }: RequirementResult): OperatorError =>
  new OperatorError(`Not started: ${what}: ${detail}.`, {
    exitCode: exitCodes.notReady.code,
    ...(fix === undefined ? {} : { fix }),
  });
