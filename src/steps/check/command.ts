/** The command line of a check. */
import { formatDuration } from '../../runbook/durations.ts';
import { shellWord } from '../fill-in.ts';
import type { CheckSpec } from './schema.ts';

/**
 * `linkerd check` with all that the block says. JSON is known to every release and says the most; it comes only when all is done.
 * Values of parameters stay in the environment.
 */
export function checkCommand(spec: CheckSpec): string {
  const { namespace, 'expected-version': version } = spec;
  return [
    'linkerd check',
    ...(spec.pre ? ['--pre'] : []),
    ...(spec.proxy ? ['--proxy'] : []),
    ...(namespace === undefined ? [] : ['--namespace', shellWord(namespace)]),
    ...(version === undefined ? [] : ['--expected-version', shellWord(version)]),
    `--wait ${formatDuration(spec.wait)}`,
    '--output json',
  ].join(' ');
}
