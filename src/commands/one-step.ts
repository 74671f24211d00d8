/**
 * A verb that does what one action of a runbook does. Its runbook is made here from what was typed and is walked like any
 * other, so that the record, resuming, the screens, plain mode and the exit codes are the same.
 */
import { Writable } from 'node:stream';
import { stringify } from 'yaml';
import type { RunbookBundle } from '../runbook/model.ts';
import { stripToLine } from '../runbook/strip-controls.ts';
import type { Mode } from '../state/event.ts';
import { exitCodes } from '../state/exit-codes.ts';
import type { ActionState } from '../state/session.ts';
import type { UnattendedPolicy } from '../state/unattended.ts';
import type { Walk } from '../state/walk.ts';
import { brief, obstacle } from './brief.ts';
import { environmentNow } from './environment.ts';
import { loadText } from './library.ts';
import { type SessionContext, startSession } from './open-session.ts';
import { createServices } from './services.ts';
import { plainStage, planStage, playOnScreen, type ScreenOptions } from './stage.ts';
import { type ClusterOptions, chooseCluster } from './target.ts';
import { OperatorError } from './trouble.ts';

/** What there is to say of a walk that is over, for `-o json`. */
export interface OneStepEnd {
  /** The session's id, for `handrail report`. */
  readonly session: string;
  readonly cluster: string | undefined;
  /** Undefined where the walk ended before the action was reached. */
  readonly action: ActionState | undefined;
  /** What the kind showed last of its progress. */
  readonly progress: unknown;
}

export interface OneStep {
  /** The name of the session, in the operator's words. */
  readonly title: string;
  /** The name of the kind of action. */
  readonly action: string;
  /** The keys of its block, as a runbook would have them. Keys without a value are left out. */
  readonly spec: Readonly<Record<string, unknown>>;
  readonly options: ScreenOptions & ClusterOptions & { readonly dryRun?: boolean };
  /** Who answers where there is no screen; undefined: the operator, line by line. */
  readonly policy?: UnattendedPolicy | undefined;
  /** Given: there is no screen and nothing is narrated; what this gives is printed as one JSON document. Needs a policy. */
  readonly json?: ((end: OneStepEnd) => unknown) | undefined;
}

/** The answers of a look that nobody is asked about: it ends with its verdict, and its session with it. */
export const lookPolicy: UnattendedPolicy = { answers: {}, endOnFailure: true };

const fileName = 'command.md';

/** Walks the one step to its end, a pause or a failure, and gives the exit code. Throws an OperatorError for what cannot start. */
export async function walkOneStep(step: OneStep): Promise<number> {
  const { options, policy, json } = step;
  const bundle = await oneStepBundle(step);
  const choice = await chooseCluster(options);
  const mode: Mode = options.dryRun ? 'dry-run' : 'live';
  const plan = planStage({ ...options, ...(json ? { plain: true } : {}) });
  const start = async (context: SessionContext): Promise<Walk> => {
    const { briefing, cluster } = await brief(fileName, bundle, {}, choice, context.environment);
    const problem = obstacle(briefing, choice);
    if (problem) {
      const fix = problem.fix === undefined ? {} : { fix: problem.fix };
      throw new OperatorError(problem.message, { ...fix, exitCode: exitCodes.notReady.code });
    }
    const { plugins } = choice;
    const started = await startSession(
      { bundle, values: {}, mode, cluster, lacking: [] },
      plugins ? { ...context, plugins } : context,
    );
    if (started.ok) return started.walk;
    throw new OperatorError(started.message, { exitCode: started.exitCode ?? exitCodes.notReady.code });
  };
  if (plan.interactive) {
    return playOnScreen(plan, async (context) => ({
      services: createServices(choice, context),
      initial: { type: 'walk', walk: await start(context) },
    }));
  }
  const stage = plainStage(plan);
  const context = { ...stage.context, environment: environmentNow(), ...(policy ? { policy } : {}) };
  const walk = await start(context);
  if (!json) return stage.play(walk, policy !== undefined);
  const seen = lastProgress(walk);
  const code = await stage.play(walk, true, silence());
  process.stdout.write(`${JSON.stringify(json({ ...ending(walk), progress: seen() }), null, 2)}\n`);
  return code;
}

/** The Markdown of the one step: what the session keeps as its runbook. */
export function oneStepText({ title, action, spec }: Pick<OneStep, 'title' | 'action' | 'spec'>): string {
  const given = Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined));
  const yaml = stringify(given, { lineWidth: 0 }).trimEnd();
  const name = stripToLine(title);
  // A fence is closed by a run of as many marks as opened it: nothing in the block is that long.
  const longest = Math.max(2, ...[...yaml.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const front = stringify({ runbook: 1, title: name }, { lineWidth: 0 });
  const heading = `${action.slice(0, 1).toUpperCase()}${action.slice(1)}`;
  return `---\n${front}---\n\n## ${heading}\n\n${fence}yaml ${action}\n${yaml}\n${fence}\n`;
}

/** Throws an OperatorError that says what of the command line does not fit. */
async function oneStepBundle(step: OneStep): Promise<RunbookBundle> {
  const text = oneStepText(step);
  // A look that gives its verdict and ends diagnoses nothing.
  const bundle = await loadText(fileName, text, step.policy?.endOnFailure ? 'look' : 'session');
  const [mistake] = bundle.diagnostics.filter(({ severity }) => severity === 'error');
  if (mistake) {
    const fix = mistake.expected === undefined ? {} : { fix: `Expected: ${mistake.expected}.` };
    throw new OperatorError(`${mistake.message.replace(/\.$/, '')}.`, {
      ...fix,
      exitCode: exitCodes.usage.code,
    });
  }
  return bundle;
}

/** Keeps what the walk last showed of its progress: it is gone from the store when the action is over. */
function lastProgress(walk: Walk): () => unknown {
  let last = walk.store.getState().live.progress;
  walk.store.subscribe(({ live }) => {
    last = live.progress ?? last;
  });
  return () => last?.value;
}

function ending(walk: Walk): Omit<OneStepEnd, 'progress'> {
  const { session } = walk.store.getState();
  const frame = session.stack[0];
  const actions = Object.values(frame?.steps ?? {}).flatMap((step) => Object.values(step.actions));
  return { session: session.id, cluster: session.cluster?.name, action: actions.at(-1) };
}

const silence = () => new Writable({ write: (_chunk, _encoding, done) => done() });
