/** `handrail preflight`: whether a cluster and this machine are fit for an upgrade, before anything is touched. */
import { closest } from 'fastest-levenshtein';
import { collectForPreflight } from '../cluster/evidence/operator.ts';
import { pinnedCluster } from '../cluster/evidence/pinned.ts';
import { type PreflightGroup, preflightGroupNames } from '../diagnosis/preflight/model.ts';
import { preflight as resultsOf } from '../diagnosis/preflight/run.ts';
import type { Snapshot } from '../diagnosis/snapshot.ts';
import { resolveTarget } from '../linkerd/path/target.ts';
import { toolVersions } from '../shell/tool-versions.ts';
import { preflightExitCodes } from '../state/exit-codes.ts';
import { commandEnvironment } from './command-environment.ts';
import { withSomething } from './diagnose/look.ts';
import { controlPlanesOf } from './diagnose/mesh.ts';
import { loadSnapshot, saveSnapshot } from './diagnose/snapshot-file.ts';
import { environmentNow } from './environment.ts';
import { withCluster } from './live-cluster.ts';
import { printedSheet } from './painted.ts';
import { json } from './preflight/json.ts';
import { markdown } from './preflight/markdown.ts';
import type { PreflightReport } from './preflight/report.ts';
import { tableLines } from './preflight/table-lines.ts';
import type { ScreenOptions } from './stage.ts';
import type { ClusterOptions } from './target.ts';
import { lookOr, OperatorError } from './trouble.ts';

/** What `handrail preflight` may be told. */
export interface PreflightOptions extends ClusterOptions, ScreenOptions {
  readonly output: 'table' | 'json' | 'markdown';
  readonly to?: string;
  readonly only?: readonly string[];
  readonly snapshot?: string;
  readonly save?: string;
  readonly force?: boolean;
}

/** Its exit codes are its own, as those of `handrail diagnose` are: what is to be mended is no failure of the command. */
export function preflight(options: PreflightOptions): Promise<number> {
  return lookOr(preflightExitCodes.notLooked.code, async () => {
    const report = await reportOf(options);
    process.stdout.write(await printed(report, options));
    const fails = report.results.some(({ status }) => status === 'fail');
    return fails ? preflightExitCodes.fails.code : preflightExitCodes.nothing.code;
  });
}

async function reportOf(options: PreflightOptions): Promise<PreflightReport> {
  const groups = groupsOf(options);
  const target = targetOf(options);
  const seen = withSomething(
    options.snapshot === undefined ? await look(options) : await loadSnapshot(options.snapshot),
  );
  if (options.save !== undefined) await saveSnapshot(options.save, seen, options.force === true);
  const snapshot = target === undefined ? seen : { ...seen, walk: { ...seen.walk, target } };
  return {
    snapshot,
    controlPlanes: controlPlanesOf(snapshot),
    target: snapshot.walk?.target,
    results: resultsOf(snapshot, groups),
  };
}

const look = (options: PreflightOptions): Promise<Snapshot> =>
  withCluster(options, (api, pin, asking) =>
    collectForPreflight(api, asking, {
      cluster: pinnedCluster(pin),
      tools: toolVersions(commandEnvironment(environmentNow(), pin.practice)),
      signal: new AbortController().signal,
    }),
  );

async function printed(report: PreflightReport, options: PreflightOptions): Promise<string> {
  switch (options.output) {
    case 'json':
      return json(report);
    case 'markdown':
      return markdown(report);
    case 'table':
      return printedSheet(options, (sheet) => tableLines(report, sheet));
  }
}

/** Throws an OperatorError for a group that there is none of. */
function groupsOf({ only }: PreflightOptions): readonly PreflightGroup[] | undefined {
  return only?.map((name) => {
    const found = preflightGroupNames.find((each) => each === name);
    if (found !== undefined) return found;
    throw new OperatorError(`There is no group ${JSON.stringify(name)} of checks.`, {
      fix: `Did you mean: --only ${closest(name, [...preflightGroupNames])}. There are: ${preflightGroupNames.join(', ')}`,
    });
  });
}

/** The release that is meant. Throws an OperatorError where nobody knows it: nothing would be looked for. */
function targetOf({ to }: PreflightOptions): string | undefined {
  const target = to === undefined ? undefined : resolveTarget(to);
  if (typeof target !== 'object') return target;
  throw new OperatorError(`--to: ${target.reason}`, { fix: target.advice });
}
