import { parseCheckOutput } from '../../linkerd/check-output.ts';
import type { CheckReport } from '../../linkerd/check-report.ts';
import { formatDuration } from '../../runbook/durations.ts';
import { findTool } from '../../shell/tools.ts';
import type { Ending } from '../../state/event.ts';
import type { PerformContext, Performed, PerformingKind } from '../../state/kind.ts';
import { filledOrRaw, fillIn } from '../fill-in.ts';
import { checkCommand } from './command.ts';
import {
  type CheckResult,
  type CheckRunning,
  categoryTexts,
  cleanText,
  noResult,
  resultOf,
  verdictText,
} from './result.ts';
import { type CheckSpec, checkSchema } from './schema.ts';

/** A check that may go on for as long as this is one that something is waited for with. */
const longWaitMs = 60_000;
/** Beyond `wait`, each check has a timeout of its own; a large cluster takes most of a minute for its proxies. */
const beyondWaitMs = 5 * 60_000;
/** A check may list every pod of a cluster. */
const longestOutput = 8 * 1024 * 1024;

/** A health check of the mesh. Nothing of it is kept between two attempts: a check that was interrupted is made anew. */
export const checkKind: PerformingKind<CheckSpec> = {
  way: 'performs',
  schema: checkSchema,
  tellsAll: true,
  lookout: ({ wait }) => wait >= longWaitMs,
  describe: (spec, values) =>
    spec.pre
      ? 'Check whether Linkerd can be installed.'
      : `Check the health of the mesh${spec.proxy ? ' and its proxies' : ''}${spec.namespace === undefined ? '' : ` in ${filledOrRaw(spec.namespace, values)}`}.`,
  async perform(spec, context) {
    const result = await check(spec, context);
    for (const text of categoryTexts(result)) await context.note(text);
    const verdict = verdictText(result);
    await context.note(`${verdict}${cleanText(result)}`, result);
    return { ok: result.ok, detail: verdict } satisfies Performed;
  },
};

async function check(spec: CheckSpec, context: PerformContext): Promise<CheckResult> {
  for (const text of [spec.namespace, spec['expected-version']]) {
    const filled = fillIn(text ?? '', context.values);
    if (!filled.ok) return noResult('handrail', `The parameter ${filled.missing} has no value.`);
  }
  const tool = findTool('linkerd', context.env) !== undefined;
  return tool && !spec.own ? withTheTool(spec, context) : withOwnChecks(spec, context, tool);
}

/** The session's `linkerd check`, and the two questions that it does not ask. */
async function withTheTool(spec: CheckSpec, context: PerformContext): Promise<CheckResult> {
  const running: CheckRunning = {
    type: 'running',
    by: 'linkerd',
    startedAt: context.clock.now(),
    at: '',
    lines: [],
  };
  context.progress({ progress: running });
  const { ending, output } = await context.read(checkCommand(spec), spec.wait + beyondWaitMs, longestOutput);
  const report = parseCheckOutput(output);
  const broken = howItFailed(ending, spec, report) ?? report.broken;
  if (spec.pre || !context.api || report.checks.length === 0) {
    return resultOf('linkerd', report, spec.expect, broken);
  }
  context.progress({ progress: { ...running, at: 'control-plane-rollout', lines: report.checks } });
  const { beyondTheTool } = await import('../../cluster/own-checks/run.ts');
  const more = await beyondTheTool(context.api, context);
  return resultOf('linkerd', { ...report, checks: [...report.checks, ...more] }, spec.expect, broken);
}

/** Why there is no result, or not the whole of it; undefined where the tool came to its end and says what it found. */
function howItFailed(ending: Ending, spec: CheckSpec, { checks }: CheckReport): string | undefined {
  switch (ending.type) {
    case 'exited': {
      const { code } = ending;
      if (checks.length === 0 && code !== 0) {
        return `linkerd check ended with exit code ${code} and gave no result. What it printed says why.`;
      }
      // It ends with 1 where a check failed (`cli/cmd/check.go`), and with nothing else on purpose.
      if (code > 1) return `linkerd check ended with exit code ${code}.`;
      return code === 1 && !checks.some(({ result }) => result === 'error')
        ? 'linkerd check ended with exit code 1, and names no check that failed.'
        : undefined;
    }
    case 'killed':
      return ending.by === 'timeout'
        ? `linkerd check did not end within ${formatDuration(spec.wait + beyondWaitMs)}, and was ended.`
        : `linkerd check was ended by ${ending.signal}.`;
    case 'not-started':
      return `linkerd check could not be started: ${ending.why}`;
    case 'unknown':
      return 'Nobody saw how linkerd check ended.';
  }
}

async function withOwnChecks(spec: CheckSpec, context: PerformContext, tool: boolean): Promise<CheckResult> {
  if (!context.api) {
    return noResult(
      'handrail',
      tool
        ? 'This session has no cluster.'
        : 'There is no linkerd on the PATH, and this session has no cluster.',
    );
  }
  const startedAt = context.clock.now();
  const value = (text: string | undefined) => {
    const filled = fillIn(text ?? '', context.values);
    return filled.ok && filled.text !== '' ? filled.text : undefined;
  };
  const dataPlane = value(spec.namespace);
  const expectedVersion = value(spec['expected-version']);
  const { ownChecks } = await import('../../cluster/own-checks/run.ts');
  const report = await ownChecks(context.api, {
    proxy: spec.proxy,
    pre: spec.pre,
    waitMs: spec.wait,
    clock: context.clock,
    signal: context.signal,
    ...(dataPlane === undefined ? {} : { dataPlane }),
    ...(expectedVersion === undefined ? {} : { expectedVersion }),
    onCategory(lines, at) {
      const running: CheckRunning = { type: 'running', by: 'handrail', startedAt, at, lines };
      context.progress({ progress: running });
    },
  });
  return resultOf('handrail', report, spec.expect, report.broken ?? nothingSeen(report));
}

/** Who may see nothing of the mesh knows nothing of its health; in a pipeline that must not pass. */
function nothingSeen({ checks }: CheckReport): string | undefined {
  const ofMesh = checks.filter(({ category }) => !category.startsWith('kubernetes'));
  return ofMesh.length > 0 && ofMesh.every(({ result }) => result === 'unseen')
    ? 'Nothing of the mesh could be looked at: see which permissions are missing.'
    : undefined;
}
