/** The briefing: everything that an operator should know before a runbook starts, looked at and not assumed. */

import { createClusterPort } from '../cluster/access/cluster-port.ts';
import type { CredentialPlugins } from '../cluster/access/credential-plugins.ts';
import type { PinResult } from '../cluster/port.ts';
import type { RunbookBundle } from '../runbook/model.ts';
import { checkValue } from '../runbook/parameters.ts';
import type { Briefing } from '../screens/services.ts';
import { commandEnvironment } from './command-environment.ts';
import type { Environment } from './environment.ts';
import { practiceIsDown } from './practice-target.ts';
import { checkRequirements } from './requirements.ts';

/** Which cluster a session is for. */
export interface ClusterChoice {
  readonly kubeconfig?: string;
  readonly context?: string;
  /** What runs the credential plugins of its kubeconfig, where it has any. */
  readonly plugins?: CredentialPlugins;
}

/** The operator asked for this cluster and no other. */
const isNamed = ({ kubeconfig, context }: ClusterChoice): boolean =>
  kubeconfig !== undefined || context !== undefined;

/**
 * Whether the cluster is asked at all for this runbook: not where it says that it needs none, unless the operator named one.
 * Anybody's Markdown gets the cluster that answers, if any.
 */
export function asksCluster(bundle: RunbookBundle, choice: ClusterChoice): boolean {
  const runbook = bundle.runbooks[bundle.root]!;
  return runbook.needsCluster || runbook.format === 'markdown' || isNamed(choice);
}

export interface Brief {
  readonly briefing: Briefing;
  readonly cluster: Extract<PinResult, { ok: true }> | undefined;
}

/** Looks at the cluster, the tools and the values given. Never throws for what the operator can mend. */
export async function brief(
  file: string,
  bundle: RunbookBundle,
  given: Readonly<Record<string, string>>,
  choice: ClusterChoice,
  environment: Environment,
): Promise<Brief> {
  const runbook = bundle.runbooks[bundle.root]!;
  const pinned = !asksCluster(bundle, choice)
    ? undefined
    : (await practiceIsDown(choice))
      ? ({
          ok: false,
          message: 'No practice cluster runs.',
          fix: 'To start one: p on the home screen, or handrail practice up.',
        } as const)
      : await createClusterPort(process.env, choice.plugins).pin(choice);
  const cluster = pinned?.ok ? pinned : undefined;
  const { values, refused } = settle(bundle, given);
  return {
    cluster,
    briefing: {
      file,
      bundle,
      diagnostics: bundle.diagnostics,
      cluster: cluster?.pin,
      clusterProblem: !pinned || pinned.ok ? undefined : { message: pinned.message, fix: pinned.fix },
      requirements: await checkRequirements(runbook, {
        environment: commandEnvironment(environment, cluster?.pin.practice ?? false),
        cluster,
        ...(choice.plugins ? { plugins: choice.plugins } : {}),
      }),
      values,
      refused,
    },
  };
}

/** The values given, in the form their types keep them, and the ones that are refused. */
function settle(
  bundle: RunbookBundle,
  given: Readonly<Record<string, string>>,
): Pick<Briefing, 'values' | 'refused'> {
  const specs = bundle.runbooks[bundle.root]!.parameters;
  const values: Record<string, string> = {};
  const refused: { name: string; message: string }[] = [];
  for (const [name, value] of Object.entries(given)) {
    const spec = specs.find((each) => each.name === name);
    if (!spec) {
      const names = specs.map((each) => each.name).join(', ') || 'none';
      refused.push({ name, message: `This runbook has no parameter ${name}. It has: ${names}.` });
      continue;
    }
    const checked = checkValue(spec, value);
    if (checked.ok) values[name] = checked.value;
    else refused.push({ name, message: checked.message });
  }
  return { values, refused };
}

/** What stands in the way: the runbook (and what was given with it), or the cluster. */
export interface Obstacle {
  readonly where: 'runbook' | 'cluster';
  readonly message: string;
  readonly fix?: string;
}

/**
 * Why this briefing's runbook must not start; undefined when it may. A cluster that the operator named must be there even
 * where the runbook could do without.
 */
export function obstacle(
  { diagnostics, refused, bundle, cluster, clusterProblem }: Briefing,
  choice: ClusterChoice,
): Obstacle | undefined {
  const errors = diagnostics.filter((each) => each.severity === 'error');
  if (errors.length > 0) {
    return {
      where: 'runbook',
      message: `The runbook has ${errors.length === 1 ? 'an error' : `${errors.length} errors`}, so it does not start.`,
      fix: 'handrail lint shows each with its place.',
    };
  }
  const { steps, frontMatter } = bundle.runbooks[bundle.root]!;
  if (steps.length === 0 && frontMatter.drill !== undefined) {
    return {
      where: 'runbook',
      message: 'This is a drill: something is broken on a practice cluster before it is walked.',
      fix: `handrail drill ${bundle.root.replace(/^drills\//, '').replace(/\.md$/, '')}`,
    };
  }
  if (steps.length === 0) {
    return {
      where: 'runbook',
      message: 'There is nothing to run in this file: no step was found.',
      fix: 'handrail lint says what was expected.',
    };
  }
  const [first] = refused;
  if (first) return { where: 'runbook', message: `${first.name}: ${first.message}` };
  if (!cluster && (bundle.runbooks[bundle.root]!.needsCluster || isNamed(choice))) {
    return { where: 'cluster', ...(clusterProblem ?? { message: 'This runbook needs a cluster.' }) };
  }
  return undefined;
}
