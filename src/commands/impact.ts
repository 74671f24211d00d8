/** `handrail impact`: what the releases between two versions of Linkerd change for this cluster, with the objects. */
import { impactOf, runningVersion } from '../diagnosis/notices/way.ts';
import { noticeParts, type Snapshot } from '../diagnosis/snapshot.ts';
import { newestLine } from '../linkerd/lines.ts';
import { lineMeant, resolveTarget } from '../linkerd/path/target.ts';
import { isOlder } from '../linkerd/version-order.ts';
import { linkerdVersion } from '../runbook/linkerd-version.ts';
import { impactExitCodes } from '../state/exit-codes.ts';
import { look, withSomething } from './diagnose/look.ts';
import { controlPlanesOf } from './diagnose/mesh.ts';
import { loadSnapshot, saveSnapshot } from './diagnose/snapshot-file.ts';
import { json } from './impact/json.ts';
import { markdown } from './impact/markdown.ts';
import type { ImpactReport } from './impact/report.ts';
import { tableLines } from './impact/table-lines.ts';
import { builtInNotices } from './library.ts';
import { printedSheet } from './painted.ts';
import type { ScreenOptions } from './stage.ts';
import type { ClusterOptions } from './target.ts';
import { lookOr, OperatorError } from './trouble.ts';

/** What `handrail impact` may be told. */
export interface ImpactOptions extends ClusterOptions, ScreenOptions {
  readonly output: 'table' | 'json' | 'markdown';
  readonly from?: string;
  readonly to?: string;
  readonly save?: string;
  readonly snapshot?: string;
  readonly force?: boolean;
}

/** Its exit codes are those of `diagnose`: to be touched is no failure of the command, and not looking is no answer. */
export function impact(options: ImpactOptions): Promise<number> {
  return lookOr(impactExitCodes.notLooked.code, async () => {
    const report = await reportOf(options);
    process.stdout.write(await printed(report, options));
    const touched = report.results.some(({ outcome }) => outcome.type === 'touched');
    return touched ? impactExitCodes.touched.code : impactExitCodes.nothing.code;
  });
}

async function reportOf(options: ImpactOptions): Promise<ImpactReport> {
  const to = options.to === undefined ? newestLine.best : versionOf('--to', options.to);
  const given = options.from === undefined ? undefined : versionOf('--from', options.from);
  const notices = await builtInNotices();
  const seen =
    options.snapshot === undefined
      ? await look(options, to, noticeParts)
      : withSomething(await loadSnapshot(options.snapshot));
  if (options.save !== undefined) await saveSnapshot(options.save, seen, options.force === true);
  const from = given ?? runningVersion(seen);
  if (from === undefined) {
    throw new OperatorError('Which version of Linkerd runs could not be seen.', {
      fix: 'Say it: --from stable-2.13.7',
    });
  }
  if (isOlder(to, from)) {
    throw new OperatorError(`${to} is older than ${from}, and notices tell of the way up.`, {
      fix: 'Name a later version with --to.',
    });
  }
  const snapshot: Snapshot = { ...seen, walk: { ...seen.walk, from, target: to } };
  return {
    ...impactOf(snapshot, notices, { from, to }),
    snapshot,
    controlPlanes: controlPlanesOf(snapshot),
  };
}

/** A release, or the best one of a line. Throws an OperatorError where it is no version of Linkerd: nothing would be told. */
function versionOf(option: string, text: string): string {
  const line = lineMeant(text);
  const version = line === undefined ? linkerdVersion(text) : resolveTarget(text);
  if (typeof version === 'string') return version;
  if (version !== undefined) throw new OperatorError(`${option}: ${version.reason}`, { fix: version.advice });
  throw new OperatorError(`${option} ${JSON.stringify(text)} is no version of Linkerd.`, {
    fix: `For example: ${option} stable-2.14.10, edge-24.11.8, or 2.14 for the best release of that line`,
  });
}

async function printed(report: ImpactReport, options: ImpactOptions): Promise<string> {
  switch (options.output) {
    case 'json':
      return json(report);
    case 'markdown':
      return markdown(report);
    case 'table':
      return printedSheet(options, (sheet) => tableLines(report, sheet));
  }
}
