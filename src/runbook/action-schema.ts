/**
 * How a kind of action is read from a runbook. `src/steps` has one for each kind; the parser is handed them, so that the
 * format and the kinds stay apart.
 */
import type { z } from 'zod';
import type { ParameterSpec, Risk } from './model.ts';

/** A mistake inside a block's YAML that a schema cannot express, at a path of keys. */
export interface SpecProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly expected?: string;
  readonly suggestion?: string;
}

/** A kind of action, as a runbook writes it: how its block is read, checked and explained. `Spec` is what the YAML becomes. */
export interface ActionSchema<Spec = unknown> {
  /** The second word of the fence: ```` ```yaml wait ````. */
  readonly name: string;
  /** One line for the format's documentation. */
  readonly summary: string;
  /** The YAML of a small, valid block: documentation and test in one. */
  readonly example: string;
  readonly spec: z.ZodType<Spec>;
  readonly risk: (spec: Spec) => Risk;
  /** Checks against the runbook around it. */
  readonly check?: (
    spec: Spec,
    around: { readonly parameters: readonly ParameterSpec[] },
  ) => readonly SpecProblem[];
  /** The key under which it names a runbook, relative to this one, that it leads into. */
  readonly file?: string & keyof Spec;
  /** Shell text inside the block, so that it is linted like any other command. */
  readonly scripts?: (
    spec: Spec,
  ) => readonly { readonly path: readonly (string | number)[]; readonly script: string }[];
}
