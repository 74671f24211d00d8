/** `handrail check`: the `check` action of a runbook, as a command. */
import { parseDuration } from '../runbook/durations.ts';
import { type CheckResult, countsOf, verdictText } from '../steps/check/result.ts';
import { lookPolicy, type OneStepEnd, walkOneStep } from './one-step.ts';
import type { ScreenOptions } from './stage.ts';
import type { ClusterOptions } from './target.ts';
import { OperatorError } from './trouble.ts';

export interface CheckOptions extends ScreenOptions, ClusterOptions {
  readonly proxy?: boolean;
  readonly namespace?: string;
  readonly pre?: boolean;
  readonly own?: boolean;
  readonly expectedVersion?: string;
  readonly wait?: string;
  readonly output?: 'text' | 'json';
}

/** Checks once, as a session. With a failure it ends as an unattended step that failed does. */
export async function check(options: CheckOptions): Promise<number> {
  const { namespace, pre, own, expectedVersion, wait, output } = options;
  if (wait !== undefined && parseDuration(wait) === undefined) {
    throw new OperatorError(`--wait ${JSON.stringify(wait)} is no duration.`, {
      fix: 'For example: --wait 30s',
    });
  }
  // Who names a namespace means its proxies.
  const proxy = options.proxy === true || namespace !== undefined;
  const what = pre ? 'before an installation' : proxy ? 'of the mesh and its proxies' : 'of the mesh';
  return walkOneStep({
    title: `Check ${what}${namespace === undefined ? '' : ` in ${namespace}`}`,
    action: 'check',
    spec: {
      ...(proxy ? { proxy } : {}),
      namespace,
      ...(pre ? { pre } : {}),
      ...(own ? { own } : {}),
      'expected-version': expectedVersion,
      wait: wait ?? '30s',
    },
    options,
    policy: lookPolicy,
    json: output === 'json' ? document : undefined,
  });
}

/** What `-o json` prints. `lines` are as the tool's own, with the category in each. */
function document({ session, cluster, action }: OneStepEnd): unknown {
  const result = action?.notes.at(-1)?.data as CheckResult | undefined;
  if (result === undefined) {
    const detail = action?.ended?.detail ?? 'It was left before there was a result.';
    return { session, cluster, success: false, detail, checks: [] };
  }
  const { by, ok, lines, missing, broken, remarks } = result;
  return {
    session,
    cluster,
    success: ok,
    detail: verdictText(result),
    by,
    counts: countsOf(result),
    ...(broken === undefined ? {} : { broken }),
    remarks,
    expectedButHeld: missing.map(({ expected, held }) => ({ ...expected, held })),
    checks: lines,
  };
}
