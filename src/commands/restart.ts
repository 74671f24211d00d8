/** `handrail restart`: the `restart` action of a runbook, as a command; its dry run prints the plan and ends. */
import type { RestartPlan } from '../data-plane/restart-plan.ts';
import { wavesOf } from '../data-plane/waves.ts';
import { stripControls, stripToLine } from '../runbook/strip-controls.ts';
import { exitCodes } from '../state/exit-codes.ts';
import { makePlan } from '../steps/restart/make-plan.ts';
import { planText } from '../steps/restart/plan-text.ts';
import { type RestartSpec, restartSchema } from '../steps/restart/schema.ts';
import { withCluster } from './live-cluster.ts';
import { walkOneStep } from './one-step.ts';
import { type UnattendedOptions, unattendedPolicy } from './run.ts';
import type { ScreenOptions } from './stage.ts';
import type { ClusterOptions } from './target.ts';
import { OperatorError } from './trouble.ts';
import { typedNamespaces, typedSpec } from './typed-spec.ts';

export interface RestartOptions extends ScreenOptions, ClusterOptions, UnattendedOptions {
  readonly namespace?: readonly string[];
  readonly allNamespaces?: boolean;
  readonly selector?: string;
  readonly only?: string;
  readonly atOnce?: number;
  readonly waveSize?: number;
  readonly canary?: number;
  readonly gate?: string;
  readonly soak?: string;
  readonly timeout?: string;
  readonly expect?: string;
  readonly dryRun?: boolean;
  readonly output?: 'text' | 'json';
}

/** Walks the restart as a session, or with `--dry-run` prints what it would do. */
export async function restart(workloads: readonly string[], options: RestartOptions): Promise<number> {
  const { allNamespaces, dryRun, output } = options;
  const namespaces = typedNamespaces(options.namespace);
  if ((allNamespaces === true) === namespaces.length > 0) {
    throw new OperatorError(
      allNamespaces ? 'One namespace, or all of them: not both.' : 'In which namespace?',
      { fix: 'For example: handrail restart -n shop, or handrail restart -A' },
    );
  }
  if (output === 'json' && !dryRun) {
    throw new OperatorError('-o json is for the plan.', { fix: 'Add --dry-run.' });
  }
  const spec = specOf(workloads, namespaces, options);
  const typed = typedSpec(restartSchema, spec);
  const policy = await unattendedPolicy(options);
  if (dryRun) return printPlan(typed, options);
  const which = workloads.length > 0 ? workloads.join(', ') : 'Workloads';
  const where = allNamespaces ? 'all namespaces' : namespaces.join(', ');
  return walkOneStep({
    title: `Restart: ${which} in ${where}`,
    action: 'restart',
    spec,
    options: { ...options, dryRun: false },
    policy,
  });
}

/** The keys of the block, as a runbook would have them. */
function specOf(
  workloads: readonly string[],
  namespaces: readonly string[],
  options: RestartOptions,
): Readonly<Record<string, unknown>> {
  const { canary, atOnce, waveSize } = options;
  const waves = { ...given({ canary }), ...given({ atOnce }), ...given({ size: waveSize }) };
  return given({
    namespaces: namespaces.length > 0 ? namespaces : undefined,
    all: options.allNamespaces,
    workloads: workloads.length > 0 ? workloads : undefined,
    selector: options.selector,
    only: options.only,
    waves: Object.keys(waves).length > 0 ? waves : undefined,
    gate: options.gate,
    soak: options.soak,
    timeout: options.timeout,
    expect: options.expect,
  });
}

const given = (keys: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== undefined));

async function printPlan(spec: RestartSpec, options: RestartOptions): Promise<number> {
  const { built, cluster } = await withCluster(options, async (api, pin) => ({
    built: await makePlan(spec, {
      api,
      values: {},
      signal: new AbortController().signal,
      now: Date.now(),
      doneBefore: new Set(),
      begunBefore: new Map(),
    }),
    cluster: pin.name,
  }));
  if (built.type === 'impossible') {
    throw new OperatorError(built.detail, { exitCode: exitCodes.notReady.code });
  }
  const text =
    options.output === 'json'
      ? JSON.stringify(planDocument(built.plan, cluster), null, 2)
      : stripControls(`${stripToLine(cluster)}: ${planText(built.plan)}`);
  process.stdout.write(`${text}\n`);
  return exitCodes.done.code;
}

/** What `-o json` prints. */
function planDocument({ form, sizes, ...plan }: RestartPlan, cluster: string): unknown {
  const waves = wavesOf(plan.workloads, sizes).map((wave) => wave.map(({ id }) => id));
  return { cluster, ...plan, waves };
}
