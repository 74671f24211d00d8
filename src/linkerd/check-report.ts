/**
 * What a health check of a mesh found, whoever made it: Linkerd's own tool or Handrail. The names are those of the tool's JSON
 * (`pkg/healthcheck/healthcheck_output.go`), with `unseen` added for what could not be looked at.
 */

/** `unseen`: nobody knows, and `error` says what stands in the way. */
export type CheckOutcome = 'success' | 'warning' | 'error' | 'unseen';

/** One line of a check. All texts are stripped of controls. */
export interface CheckLine {
  /** The id of its category, e.g. `linkerd-existence`. */
  readonly category: string;
  /** What must hold, on one line. */
  readonly description: string;
  readonly result: CheckOutcome;
  /** What is wrong; lines are kept, tabs are not. */
  readonly error?: string;
  /** The page of advice: an `https:` address. Its anchor is the id of the check. */
  readonly hint?: string;
}

/** All lines, in the order in which they were looked at. */
export interface CheckReport {
  /** No line is an error, and nothing of the report is missing. Warnings do not count. */
  readonly success: boolean;
  readonly checks: readonly CheckLine[];
  /** What else was printed, for a person to look at. */
  readonly rest: string;
  /** Why the report is not to be relied on as a whole: cut off, or empty. */
  readonly broken?: string;
  /**
   * Errors with nothing after them in their document. The tool ends a run at the first failure that it calls fatal, so
   * what would have come next may never have been looked at.
   */
  readonly ends: readonly CheckLine[];
}

/** The lines of one category. */
interface CheckCategory<Line extends CheckLine> {
  readonly name: string;
  readonly lines: readonly Line[];
}

/** The categories in the order in which they first appear. */
export function categoriesOf<Line extends CheckLine>(lines: readonly Line[]): readonly CheckCategory<Line>[] {
  const found = new Map<string, Line[]>();
  for (const line of lines) {
    const of = found.get(line.category);
    if (of) of.push(line);
    else found.set(line.category, [line]);
  }
  return [...found].map(([name, of]) => ({ name, lines: of }));
}

/** The id of a check: the anchor of its page of advice, such as `l5d-identity-issuer-cert-is-time-valid`; '' without one. */
export function anchorOf(line: CheckLine): string {
  const at = line.hint?.indexOf('#') ?? -1;
  return at < 0 ? '' : line.hint!.slice(at + 1);
}
