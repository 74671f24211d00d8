import { exitCodes } from '../state/exit-codes.ts';
import { builtInRunbooks } from './library.ts';
import { table } from './table.ts';

/** `handrail list`: the runbooks that come with Handrail. */
export async function list(options: { readonly output: 'table' | 'json' }): Promise<number> {
  const runbooks = await builtInRunbooks();
  process.stdout.write(
    options.output === 'json'
      ? `${JSON.stringify(runbooks, undefined, 2)}\n`
      : table(
          ['NAME', 'KIND', 'TITLE'],
          runbooks.map(({ file, kind, title }) => [file, kind, title]),
        ),
  );
  return exitCodes.done.code;
}
