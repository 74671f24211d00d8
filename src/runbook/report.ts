import type { Diagnostic } from './model.ts';
import { type RuleId, rules } from './rules/catalog.ts';
import type { SourceText } from './source-text.ts';

interface Hint {
  readonly expected?: string | undefined;
  readonly suggestion?: string | undefined;
}

/** Takes down one mistake at `[start, end)` of the file. */
export type Report = (rule: RuleId, start: number, end: number, message: string, hint?: Hint) => void;

/** A report that fills `into`. In anybody's Markdown (`lenient`) every mistake is a warning. */
export function reporter(source: SourceText, lenient: boolean, into: Diagnostic[]): Report {
  return (rule, start, end, message, hint = {}) => {
    into.push({
      rule,
      severity: lenient ? 'warning' : rules[rule][0],
      message,
      ...(hint.expected === undefined ? {} : { expected: hint.expected }),
      ...(hint.suggestion === undefined ? {} : { suggestion: hint.suggestion }),
      place: source.place(start, end),
    });
  };
}
