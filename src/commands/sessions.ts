import { stripControls } from '../runbook/strip-controls.ts';
import { exitCodes } from '../state/exit-codes.ts';
import { sessionEntries } from './session-index.ts';
import { table } from './table.ts';

/** `handrail sessions`: what was started on this machine, newest first. */
export async function sessions(options: { readonly output: 'table' | 'json' }): Promise<number> {
  const entries = await sessionEntries();
  if (options.output === 'json') {
    process.stdout.write(`${JSON.stringify(entries, undefined, 2)}\n`);
  } else if (entries.length === 0) {
    process.stdout.write('There are no sessions yet. `handrail run RUNBOOK` starts one.\n');
  } else {
    process.stdout.write(
      table(
        ['ID', 'STATUS', 'CLUSTER', 'WHERE', 'UPDATED', 'RUNBOOK'],
        entries.map((entry) =>
          [
            entry.id,
            [
              entry.status,
              ...(entry.mode === 'dry-run' ? ['dry run'] : []),
              ...(entry.gone ? ['cluster gone'] : []),
            ].join(', '),
            entry.cluster ?? '-',
            entry.where,
            entry.updatedAt.replace('T', ' ').slice(0, 16),
            entry.title,
          ].map(stripControls),
        ),
      ),
    );
  }
  return exitCodes.done.code;
}
