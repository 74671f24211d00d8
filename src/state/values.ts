/** The values of parameters in a session: what commands get, why a step does not apply, what is still missing. */
import { describeCondition, unmet } from '../runbook/conditions.ts';
import type { ParameterSpec, Runbook, RunbookBundle, Step } from '../runbook/model.ts';
import { type Kinds, kindOf } from './kind.ts';
import type { SessionState } from './session.ts';

/** Why a step does not apply, in a sentence; undefined where every condition holds. */
export function whyNot(
  step: Step,
  specs: readonly ParameterSpec[],
  values: Readonly<Record<string, string>>,
): string | undefined {
  const condition = unmet(step.when, specs, values);
  if (!condition) return undefined;
  const name = condition.parameter;
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  const is = value === undefined ? 'has no value' : value === '' ? 'is empty' : `is ${value}`;
  return `${name} ${is}; this step is for where ${describeCondition(condition)}.`;
}

/** The parameters of every runbook on the stack, the innermost first where a name comes twice. */
export function specsOf(session: SessionState, bundle: RunbookBundle): readonly ParameterSpec[] {
  const specs = new Map<string, ParameterSpec>();
  for (const frame of session.stack.toReversed()) {
    for (const spec of bundle.runbooks[frame.file]?.parameters ?? []) {
      if (!specs.has(spec.name)) specs.set(spec.name, spec);
    }
  }
  return [...specs.values()];
}

/** The values that commands get, secrets from memory included. */
export function valuesOf(
  session: SessionState,
  secrets: Readonly<Record<string, string>>,
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, { value }] of Object.entries(session.parameters)) {
    if (value !== undefined) values[name] = value;
  }
  return { ...values, ...secrets };
}

/** The first parameter that must be asked for before the walk goes on. Those that an action sets are asked for by it. */
export function missingParameter(
  session: SessionState,
  bundle: RunbookBundle,
  kinds: Kinds,
  secrets: ReadonlySet<string>,
): ParameterSpec | undefined {
  const specs = specsOf(session, bundle);
  const known = (spec: ParameterSpec) => Object.hasOwn(session.parameters, spec.name);
  const open = specs.filter((spec) => (spec.type === 'secret' ? !secrets.has(spec.name) : !known(spec)));
  // Most of the time every value is known, and then no step of the runbook has to be looked through.
  if (open.length === 0) return forgotten(session, bundle, specs, secrets);
  const later = new Set(
    session.stack.flatMap((frame) => {
      const runbook = bundle.runbooks[frame.file];
      return runbook ? setByActions(runbook, kinds) : [];
    }),
  );
  const missing = open.find((spec) => !later.has(spec.name) || (spec.type === 'secret' && known(spec)));
  return missing ?? forgotten(session, bundle, specs, secrets);
}

/** What was captured, and held a secret: an earlier program knew the value and did not keep it. */
function forgotten(
  session: SessionState,
  bundle: RunbookBundle,
  specs: readonly ParameterSpec[],
  secrets: ReadonlySet<string>,
): ParameterSpec | undefined {
  const found = Object.entries(session.parameters).find(
    ([name, { value }]) => value === undefined && !secrets.has(name),
  );
  if (!found) return undefined;
  const [name] = found;
  const actions = session.stack
    .flatMap((frame) => bundle.runbooks[frame.file]?.steps ?? [])
    .flatMap((step) => step.actions.map((action) => ({ step, action })));
  const source = actions.find(({ action }) => 'block' in action && action.block.capture === name);
  const place = specs.find((spec) => spec.name === name)?.place ?? source?.action.place;
  if (!place) return undefined;
  const from = source ? `in “${source.step.title}”` : 'earlier';
  return {
    name,
    type: 'secret',
    ask: `${name}, captured ${from}, held a secret, so it was not kept. What is its value?`,
    place,
  };
}

function setByActions(runbook: Runbook, kinds: Kinds): string[] {
  return runbook.steps.flatMap((step) =>
    step.actions.flatMap((action) => {
      if ('block' in action) return action.block.capture === undefined ? [] : [action.block.capture];
      return kindOf(kinds, action.kind)?.sets?.('spec' in action ? action.spec : undefined) ?? [];
    }),
  );
}
