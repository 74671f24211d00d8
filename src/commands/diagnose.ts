/** `handrail diagnose`: what is wrong with the mesh of a cluster, and which pitfall mends it. */
import { diagnose as findingsOf } from '../diagnosis/diagnose.ts';
import type { Severity } from '../diagnosis/finding.ts';
import { setAside } from '../diagnosis/known.ts';
import type { Snapshot } from '../diagnosis/snapshot.ts';
import { linkerdVersion } from '../runbook/linkerd-version.ts';
import { diagnoseExitCodes } from '../state/exit-codes.ts';
import { knownFindingsFile, readKnownFindings } from '../state/known-findings.ts';
import { clusterWords } from './cluster-words.ts';
import { isFound, type Report } from './diagnose/arrange.ts';
import { pitfallCatalogue } from './diagnose/catalogue.ts';
import { json } from './diagnose/json.ts';
import { look, withSomething } from './diagnose/look.ts';
import { markdown } from './diagnose/markdown.ts';
import { controlPlanesOf } from './diagnose/mesh.ts';
import { sarif } from './diagnose/sarif.ts';
import { loadSnapshot, saveSnapshot } from './diagnose/snapshot-file.ts';
import { readWish, type SuppressOptions } from './diagnose/suppress.ts';
import { tableLines } from './diagnose/table-lines.ts';
import { printedSheet } from './painted.ts';
import { putAside } from './put-aside.ts';
import type { ScreenOptions } from './stage.ts';
import type { ClusterOptions } from './target.ts';
import { lookOr, OperatorError } from './trouble.ts';

/** What `handrail diagnose` may be told. */
export interface DiagnoseOptions extends ClusterOptions, ScreenOptions, SuppressOptions {
  readonly output: 'table' | 'json' | 'sarif' | 'markdown';
  readonly target?: string;
  readonly severity: Severity;
  readonly showSuppressed?: boolean;
  readonly save?: string;
  readonly from?: string;
  readonly force?: boolean;
}

/** Its exit codes are its own: what is there to be mended is no failure of the command, and not looking is no answer. */
export function diagnose(options: DiagnoseOptions): Promise<number> {
  return lookOr(diagnoseExitCodes.notLooked.code, async () => {
    const report = await reportOf(options);
    process.stdout.write(await printed(report, options));
    return isFound(report) ? diagnoseExitCodes.found.code : diagnoseExitCodes.nothing.code;
  });
}

async function reportOf(options: DiagnoseOptions): Promise<Report> {
  const { from, save } = options;
  const wish = readWish(options, Date.now());
  const target = targetOf(options);
  const catalogue = pitfallCatalogue();
  const snapshot =
    from === undefined
      ? await look(options, target)
      : withTarget(withSomething(await loadSnapshot(from)), target);
  if (save !== undefined) await saveSnapshot(save, snapshot, options.force === true);
  const cluster = snapshot.cluster.uid;
  if (wish.targets.length > 0) await putAside({ ...wish, cluster });
  const { known, problem } = await readKnownFindings(knownFindingsFile(process.env));
  if (problem !== undefined) {
    process.stderr.write(`handrail: what was suppressed is shown: ${problem}\n`);
  }
  const diagnosis = findingsOf(snapshot);
  const left = setAside(diagnosis.findings, known, { cluster, now: Date.now() });
  return {
    snapshot,
    diagnosis: { ...diagnosis, findings: left.findings },
    known: left,
    showSuppressed: options.showSuppressed === true,
    catalogue: await catalogue,
    threshold: options.severity,
    controlPlanes: controlPlanesOf(snapshot),
    clusterOptions: sameCluster(options, from === undefined ? undefined : snapshot.cluster),
    values: target === undefined ? {} : { TO: target },
  };
}

async function printed(report: Report, options: DiagnoseOptions): Promise<string> {
  switch (options.output) {
    case 'json':
      return json(report);
    case 'sarif':
      return `${JSON.stringify(sarif(report), undefined, 2)}\n`;
    case 'markdown':
      return markdown(report);
    case 'table':
      return printedSheet(options, (sheet) => tableLines(report, sheet));
  }
}

const withTarget = (snapshot: Snapshot, target: string | undefined): Snapshot =>
  target === undefined ? snapshot : { ...snapshot, walk: { ...snapshot.walk, target } };

/** Throws an OperatorError where it is no version of Linkerd: nothing would be looked for. */
function targetOf({ target }: DiagnoseOptions): string | undefined {
  if (target === undefined) return undefined;
  const version = linkerdVersion(target);
  if (version !== undefined) return version;
  throw new OperatorError(`--target ${JSON.stringify(target)} is no version of Linkerd.`, {
    fix: 'For example: --target stable-2.14.10, 2.14.10 or edge-24.11.8',
  });
}

/** The same cluster again, for a command to copy. A command out of a file must not meet whatever cluster is the current one. */
function sameCluster(options: ClusterOptions, saved: Snapshot['cluster'] | undefined): readonly string[] {
  const words = clusterWords(options);
  if (words.length > 0 || saved === undefined) return words;
  return saved.practice ? ['--practice'] : ['--context', saved.name];
}
