/** How the checks write down what they found. */
import type { CheckLine } from '../../linkerd/check-report.ts';
import type { Seen } from './look.ts';

/** What came of one check; `ok` says nothing more. */
export type Verdict =
  | 'ok'
  | { readonly result: 'warning' | 'error'; readonly error: string }
  | { readonly result: 'unseen'; readonly error: string };

export const warning = (error: string): Verdict => ({ result: 'warning', error });
export const failure = (error: string): Verdict => ({ result: 'error', error });
export const unseen = (error: string): Verdict => ({ result: 'unseen', error });

/** Writes lines of one category. `hints` is the page that the anchors are on. */
export function writer(category: string, hints: string) {
  return (description: string, anchor: string, verdict: Verdict): CheckLine =>
    verdict === 'ok'
      ? { category, description, result: 'success' }
      : { category, description, ...verdict, hint: `${hints}#${anchor}` };
}

export type Writer = ReturnType<typeof writer>;

/** The page of advice for a release: the open source's stable ones have a page of their own. */
export function hintPage(version: string | undefined): string {
  const line = /^stable-2\.(\d+)\./.exec(version ?? '')?.[1];
  return `https://linkerd.io/${line === undefined ? '2' : `2.${line}`}/checks/`;
}

/** The verdict on something that must be there; `judge` looks at what was found. */
export function judged<T>(seen: Seen<T>, missing: string, judge: (value: T) => Verdict): Verdict {
  if (seen.type === 'found') return judge(seen.value);
  return seen.type === 'missing' ? failure(missing) : unseen(seen.why);
}

/** The first of several problems, and how many more there are: a line of text each, at most ten. */
export function listed(problems: readonly string[]): string {
  const shown = problems.slice(0, 10);
  const more = problems.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}
