/** What comes after a plan was read, as commands to copy. */
import { shellQuote } from '../../shell/quote.ts';
import type { Path } from './notices.ts';

/** A command, and what it is for. */
export interface NextStep {
  readonly what: string;
  readonly command: string;
}

/** `cluster` are the words that name the cluster again, unquoted. */
export function nextSteps({ from, to }: Path, cluster: readonly string[]): readonly NextStep[] {
  const command = (...words: readonly string[]) => ['handrail', ...words.map(shellQuote)].join(' ');
  // An equals sign means something only in the first word: with the value alone quoted it reads as one types it.
  const walk = `${command('run', 'linkerd/upgrade', ...cluster)} --set TARGET=${shellQuote(to)}`;
  return [
    { what: 'See what changes', command: command('impact', ...cluster, '--from', from, '--to', to) },
    { what: 'See what stands in the way', command: command('preflight', ...cluster, '--to', to) },
    { what: 'Walk it', command: walk },
  ];
}
