import { rolloutSchema } from '../steps/rollout/schema.ts';
import { fetchedOf, type RolloutShown } from '../steps/rollout/shown.ts';
import { lookPolicy, type OneStepEnd, walkOneStep } from './one-step.ts';
import type { ScreenOptions } from './stage.ts';
import type { ClusterOptions } from './target.ts';
import { OperatorError } from './trouble.ts';
import { typedNamespaces, typedSpec } from './typed-spec.ts';

export interface RolloutOptions extends ScreenOptions, ClusterOptions {
  readonly namespace?: readonly string[];
  readonly allNamespaces?: boolean;
  readonly selector?: string;
  readonly timeout?: string;
  readonly output?: 'text' | 'json';
}

/** `handrail rollout [KIND/NAME...]`: the `rollout` action of a runbook, as a command. */
export async function rollout(workloads: readonly string[], options: RolloutOptions): Promise<number> {
  const { allNamespaces, selector, timeout } = options;
  const namespaces = typedNamespaces(options.namespace);
  if ((allNamespaces === true) === namespaces.length > 0) {
    throw new OperatorError(
      allNamespaces ? 'One namespace, or all of them: not both.' : 'In which namespace?',
      { fix: 'For example: handrail rollout -n linkerd, or handrail rollout -A' },
    );
  }
  const which = workloads.length > 0 ? workloads.join(', ') : 'Rollouts';
  const where = allNamespaces ? 'all namespaces' : namespaces.join(', ');
  const spec = {
    ...(namespaces.length === 1 ? { namespace: namespaces[0] } : {}),
    ...(namespaces.length > 1 ? { namespaces } : {}),
    all: allNamespaces,
    workloads: workloads.length > 0 ? workloads : undefined,
    selector,
    timeout,
  };
  typedSpec(rolloutSchema, spec);
  return walkOneStep({
    title: `${which} in ${where}${selector === undefined ? '' : ` with ${selector}`}`,
    action: 'rollout',
    spec,
    options,
    policy: lookPolicy,
    json: options.output === 'json' ? document : undefined,
  });
}

/** What `-o json` prints. Times are RFC 3339 in the journal's form, or ms since the epoch inside of a rollout. */
function document({ session, cluster, action, progress }: OneStepEnd): unknown {
  const shown = progress as RolloutShown | undefined;
  return {
    session,
    cluster,
    verdict: shown?.end?.verdict ?? 'none',
    detail: action?.ended?.detail ?? 'It was left before it came to a verdict.',
    startedAt: action?.startedAt,
    unseen: shown?.board.unseen ?? [],
    notes: action?.notes.map(({ time, text }) => ({ time, text })) ?? [],
    rollouts: shown?.board.rollouts ?? [],
    pods: shown ? fetchedOf(shown) : [],
  };
}
