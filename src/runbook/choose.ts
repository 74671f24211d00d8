import type { Action, Runbook } from './model.ts';

/** One way to go on, of a step that offers several. */
export interface ChooseOption {
  readonly label: string;
  /** As written. */
  readonly href: string;
  /** The file in the bundle; undefined for a place in the same file. */
  readonly file?: string;
  /** The id of the step to go to. */
  readonly step?: string;
  /** In the same file: every step that belongs to this way. They are passed over where another way is chosen. */
  readonly steps?: readonly string[];
}

/** What a `Choose ...` heading with a list of links becomes: the `spec` of an action of kind `choose`. */
export interface ChooseSpec {
  readonly message: string;
  readonly options: readonly ChooseOption[];
}

/** Whether the spec of an action is that of `choose`: options that lead somewhere. */
export function isChooseSpec(spec: unknown): spec is ChooseSpec {
  const options = (spec as { options?: unknown } | null)?.options;
  return (
    Array.isArray(options) &&
    options.every((option: unknown) => typeof (option as ChooseOption)?.href === 'string')
  );
}

/** The steps that a choice decides about, each with the options that lead to it: it is passed over where none of them is chosen. */
export function alternativesOf(action: Action): ReadonlyMap<string, readonly ChooseOption[]> {
  const governed = new Map<string, ChooseOption[]>();
  if (action.kind !== 'choose' || !('spec' in action) || !isChooseSpec(action.spec)) return governed;
  for (const option of action.spec.options)
    for (const step of option.steps ?? []) governed.set(step, [...(governed.get(step) ?? []), option]);
  return governed;
}

/** Every choice of a runbook by the id of its action, with the steps that it decides about. */
export function alternatives(
  runbook: Runbook,
): ReadonlyMap<string, ReadonlyMap<string, readonly ChooseOption[]>> {
  const all = runbook.steps
    .flatMap((step) => step.actions)
    .map((action) => [action.id, alternativesOf(action)] as const);
  return new Map(all.filter(([, governed]) => governed.size > 0));
}
