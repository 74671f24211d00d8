/** Looks at a cluster and makes the plan of a restart. */
import type { ClusterApi } from '../../cluster/api.ts';
import { readRestartTargets } from '../../cluster/restart-targets.ts';
import { surveyCluster } from '../../cluster/survey/survey-source.ts';
import { type BuiltPlan, buildRestartPlan } from '../../data-plane/build-restart-plan.ts';
import { type RestartChoice, workloadName } from '../../data-plane/restart-plan.ts';
import { linkerdVersion } from '../../runbook/linkerd-version.ts';
import { fillIn } from '../fill-in.ts';
import { scopeOf } from '../workload-scope.ts';
import { problemText } from './problem-text.ts';
import type { RestartSpec } from './schema.ts';
import { withoutRefused } from './try-patches.ts';

/** What a plan is made from besides the block. */
export interface PlanningContext {
  readonly api: ClusterApi;
  readonly values: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** ms since the epoch. */
  readonly now: number;
  /** What attempts before this one have restarted, by id. */
  readonly doneBefore: ReadonlySet<string>;
  /** What they have begun and left under way: its stamp, by id. */
  readonly begunBefore: ReadonlyMap<string, string>;
}

/** Surveys the proxies, reads the workloads, and puts both together. */
export async function makePlan(spec: RestartSpec, context: PlanningContext): Promise<BuiltPlan> {
  const impossible = (detail: string): BuiltPlan => ({ type: 'impossible', detail });
  const asked = scopeOf(spec, context.values);
  if (!asked.ok) return impossible(asked.why);
  const expect = expectOf(spec, context.values);
  if (!expect.ok) return impossible(expect.why);
  const { scope } = asked;
  const namespaces = scope.namespaces === 'all' ? [] : scope.namespaces;
  const { api, signal } = context;
  const surveyed = await surveyCluster(api, { namespaces, signal });
  if (surveyed.problem)
    return impossible(`The proxies could not be surveyed: ${problemText(surveyed.problem)}`);
  const read = await readRestartTargets(api, {
    namespaces,
    selector: scope.selector,
    spaces: surveyed.namespaces,
  });
  if (read.problem) return impossible(`The workloads could not be read: ${problemText(read.problem)}`);
  const choice: RestartChoice = {
    namespaces,
    workloads: scope.workloads ?? [],
    only: spec.only,
    expect: expect.version,
    selected: scope.selector !== undefined,
  };
  const { canary, atOnce, size } = spec.waves;
  const built = buildRestartPlan(
    {
      survey: surveyed.survey,
      targets: read.targets,
      budgets: read.budgets,
      absent: surveyed.absent,
      unseen: [...surveyed.survey.unseen, ...read.unseen],
      doneBefore: context.doneBefore,
      begunBefore: context.begunBefore,
    },
    choice,
    { sizes: { canary, size: size ?? atOnce }, atOnce },
  );
  if (built.type !== 'plan') return built;
  const plan = await withoutRefused(api, built.plan, context.now, signal);
  const [first] = plan.workloads.length === 0 ? plan.left : [];
  if (first)
    return impossible(`The server would refuse it, ${workloadName(first)} to begin with: ${first.why}`);
  return { type: 'plan', plan };
}

function expectOf(
  { expect }: RestartSpec,
  values: Readonly<Record<string, string>>,
):
  | { readonly ok: true; readonly version: string | undefined }
  | { readonly ok: false; readonly why: string } {
  if (expect === undefined) return { ok: true, version: undefined };
  const filled = fillIn(expect, values);
  if (!filled.ok) return { ok: false, why: `The parameter ${filled.missing} has no value.` };
  const version = linkerdVersion(filled.text) ?? filled.text;
  return { ok: true, version };
}
