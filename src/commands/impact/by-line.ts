/** Results by the line of Linkerd that brings the change. */
import type { NoticeResult } from '../../diagnosis/notices/model.ts';

/** In the order of the results, which is that of the way. */
export function byLine(
  results: readonly NoticeResult[],
): readonly { readonly line: string; readonly results: readonly NoticeResult[] }[] {
  const lines = [...new Set(results.map(({ line }) => line))];
  return lines.map((line) => ({ line, results: results.filter((one) => one.line === line) }));
}
