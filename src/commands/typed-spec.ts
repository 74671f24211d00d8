/** What was typed on a command line, against the block that it becomes: mistakes are told by option, not by key. */
import type { ActionSchema } from '../runbook/action-schema.ts';
import { stripToLine } from '../runbook/strip-controls.ts';
import { exitCodes } from '../state/exit-codes.ts';
import { OperatorError } from './trouble.ts';

/** Keys of a block whose option is not `--KEY`; an argument has none. */
const optionOf: Readonly<Record<string, string>> = {
  workloads: '',
  namespace: '--namespace',
  namespaces: '--namespace',
  'waves.canary': '--canary',
  'waves.atOnce': '--at-once',
  'waves.size': '--wave-size',
};

/** The block with its defaults. Throws an OperatorError that names the option and what was given. */
export function typedSpec<Spec>(schema: ActionSchema<Spec>, keys: Readonly<Record<string, unknown>>): Spec {
  const parsed = schema.spec.safeParse(keys);
  const [problem] = parsed.success
    ? (schema.check?.(parsed.data, { parameters: [] }) ?? [])
    : parsed.error.issues;
  if (parsed.success && !problem) return parsed.data;
  throw new OperatorError(stripToLine(problemText(problem!, keys)), { exitCode: exitCodes.usage.code });
}

interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function problemText({ path, message }: Problem, keys: Readonly<Record<string, unknown>>): string {
  if (path.length === 0) return message;
  const name = path.filter((part) => typeof part !== 'number').join('.');
  const option = optionOf[name] ?? `--${name}`;
  const given: unknown = path.reduce<unknown>(
    (value, part) => (value as Record<PropertyKey, unknown> | undefined)?.[part],
    keys,
  );
  const shown = typeof given === 'string' ? JSON.stringify(given) : String(given);
  return `${[option, shown].filter((part) => part !== '').join(' ')}: ${message}`;
}

/** The namespaces that `--namespace` names, each once: repeated, or separated by commas. Throws an OperatorError for an empty name. */
export function typedNamespaces(given: readonly string[] | undefined): readonly string[] {
  const names = (given ?? []).flatMap((text) => text.split(','));
  // An unset variable in a script: to take it for all of them would be a surprise.
  if (names.some((name) => name.trim() === '')) {
    throw new OperatorError('--namespace is given without a name.', {
      fix: 'For example: -n shop',
      exitCode: exitCodes.usage.code,
    });
  }
  return [...new Set(names)];
}
