/** One line of a check; `run` throws a CheckFailure where it does not hold. */
export interface Check {
  readonly description: string;
  /** The place on linkerd.io's page of checks. */
  readonly anchor: string;
  /** After a fatal one nothing more is looked at. */
  readonly severity: 'fatal' | 'error' | 'warning';
  /** Tried again until the time of `--wait` is over. */
  readonly retry?: boolean;
  /** `skip`: says nothing of this cluster and is left out. */
  readonly run: () => Promise<'skip' | undefined>;
}

export interface Category {
  readonly name: string;
  readonly checks: readonly Check[];
}

export class CheckFailure extends Error {}

/** The outcome of a check, in the words of the tool's JSON. */
export interface CheckLine {
  readonly description: string;
  readonly hint?: string;
  readonly error?: string;
  readonly result: 'success' | 'warning' | 'error';
}

interface CategoryLines {
  readonly categoryName: string;
  readonly checks: readonly CheckLine[];
}

export interface CheckRun {
  readonly success: boolean;
  readonly categories: readonly CategoryLines[];
}

interface RunOptions {
  readonly hintBase: string;
  /** ms for which failing checks that may still come true are tried again. */
  readonly waitMs: number;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<void>;
  /** Told of each check when it is settled: retries belong to one check. */
  readonly settled: (category: string, line: CheckLine) => void;
}

/** The tool looks again every five seconds; here the clock of the practice cluster may run faster. */
const RETRY_MS = 500;

async function outcome(check: Check, options: RunOptions, until: number): Promise<CheckLine | undefined> {
  for (;;) {
    try {
      if ((await check.run()) === 'skip') return undefined;
      return { description: check.description, result: 'success' };
    } catch (error) {
      if (check.retry === true && options.now().getTime() + RETRY_MS < until) {
        await options.sleep(RETRY_MS);
        continue;
      }
      return {
        description: check.description,
        hint: options.hintBase + check.anchor,
        error: error instanceof Error ? error.message : String(error),
        result: check.severity === 'warning' ? 'warning' : 'error',
      };
    }
  }
}

/** Runs categories in order. A failing fatal check ends the run: what would have followed is not in the answer. */
export async function runChecks(categories: readonly Category[], options: RunOptions): Promise<CheckRun> {
  const done: CategoryLines[] = [];
  const until = options.now().getTime() + options.waitMs;
  let success = true;
  for (const category of categories) {
    const lines: CheckLine[] = [];
    let stop = false;
    for (const check of category.checks) {
      const line = await outcome(check, options, until);
      if (line === undefined) continue;
      lines.push(line);
      options.settled(category.name, line);
      if (line.result === 'error') success = false;
      if (line.result === 'error' && check.severity === 'fatal') {
        stop = true;
        break;
      }
    }
    if (lines.length > 0) done.push({ categoryName: category.name, checks: lines });
    if (stop) break;
  }
  return { success, categories: done };
}
