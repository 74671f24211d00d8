/** One line of `linkerd check`. */
export interface CheckResult {
  readonly category: string;
  readonly description: string;
  readonly result: 'success' | 'warning' | 'error';
  readonly error?: string;
  readonly hint?: string;
}

export interface CheckReport {
  /** No check failed; warnings do not count. What was never reached is not in the list. */
  readonly success: boolean;
  readonly checks: readonly CheckResult[];
  /** What could not be read as JSON, for a person to look at. */
  readonly rest: string;
}

/** Where the JSON value that begins at `from` ends, or -1 when it does not. */
function endOfObject(text: string, from: number): number {
  let depth = 0;
  let quoted = false;
  for (let i = from; i < text.length; i++) {
    const char = text[i];
    if (quoted) {
      if (char === '\\') i++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === '{') depth++;
    else if (char === '}' && --depth === 0) return i + 1;
  }
  return -1;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function results(document: unknown): CheckResult[] {
  const categories = (document as { categories?: unknown } | null)?.categories;
  if (!Array.isArray(categories)) return [];
  return categories.flatMap((category: { categoryName?: unknown; checks?: unknown }) =>
    (Array.isArray(category?.checks) ? category.checks : []).map(
      (check: Record<string, unknown>): CheckResult => {
        const error = text(check.error);
        const hint = text(check.hint);
        const result = check.result;
        return {
          category: text(category.categoryName) ?? '',
          description: text(check.description) ?? '',
          // A result of a kind that nobody knows yet must not pass for a success.
          result: result === 'success' || result === 'warning' ? result : 'error',
          ...(error === undefined ? {} : { error }),
          ...(hint === undefined ? {} : { hint }),
        };
      },
    ),
  );
}

/**
 * Reads the output of `linkerd check -o json`: not one JSON document but a stream of them, the core's and then one for each
 * extension. Text between or after them that is not JSON is kept in `rest`. Without a document there is no success.
 */
export function parseCheckOutput(stdout: string): CheckReport {
  const checks: CheckResult[] = [];
  let rest = '';
  let documents = 0;
  let success = true;
  let at = 0;
  while (at < stdout.length) {
    const start = stdout.indexOf('{', at);
    if (start < 0) break;
    const end = endOfObject(stdout, start);
    if (end < 0) break;
    rest += stdout.slice(at, start);
    try {
      const document = JSON.parse(stdout.slice(start, end)) as { success?: unknown };
      documents++;
      const found = results(document);
      checks.push(...found);
      if (document.success === false || found.some((check) => check.result === 'error')) success = false;
    } catch {
      rest += stdout.slice(start, end);
    }
    at = end;
  }
  rest = (rest + stdout.slice(at)).trim();
  return { success: success && documents > 0, checks, rest };
}
