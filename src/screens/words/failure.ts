/** What may be chosen from after a failure, as one list: first what says whether a pitfall helped, then the pitfalls. Pure. */
import { type Pitfall, pitfallsOf } from '../../diagnosis/pitfall.ts';
import type { Question } from '../../state/question.ts';
import type { WalkState } from '../../state/walk.ts';

type Failure = Extract<Question, { type: 'failure' }>;

export type FailureEntry =
  | { readonly type: 'verify'; readonly title: string }
  | { readonly type: 'retry'; readonly title: string }
  | { readonly type: 'branch'; readonly title: string; readonly branch: Failure['branches'][number] }
  /** All findings, and the catalogue. */
  | { readonly type: 'findings'; readonly title: string };

/** Coming back from a pitfall, verify and retry are what Enter gives; before that, the likeliest pitfall is. */
export function failureEntries({ bundle }: WalkState, question: Failure): readonly FailureEntry[] {
  const back = question.returnedFrom !== undefined;
  const catalogue: readonly Pitfall[] = pitfallsOf(bundle);
  return [
    ...(back && question.canVerify
      ? [{ type: 'verify', title: 'Verify whether it is done now' } as const]
      : []),
    ...(back ? [{ type: 'retry', title: 'Retry this step' } as const] : []),
    ...question.branches.map((branch) => ({ type: 'branch', title: branch.title, branch }) as const),
    ...(catalogue.length > 0
      ? [{ type: 'findings', title: `All findings, and all ${catalogue.length} pitfalls` } as const]
      : []),
  ];
}

/** The same entry of two lists has the same key. */
export const entryKey = (entry: FailureEntry): string =>
  entry.type === 'branch' ? `branch ${entry.branch.href}` : entry.type;
