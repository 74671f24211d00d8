import { actionSchemas } from '../steps/kinds.ts';
import { lint } from './lint.ts';

/** `handrail lint FILE...`, with the kinds of action that this program knows. */
export function lintCommand(
  files: readonly string[],
  options: { readonly output: 'text' | 'json' | 'sarif'; readonly color?: boolean },
): Promise<number> {
  const { stdout, stderr, env } = process;
  const color = options.color !== false && stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  return lint(
    { files: [...files], output: options.output, color, schemas: actionSchemas },
    { stdout, stderr },
  );
}
