/** `handrail diagnose`: what is wrong with the mesh of a cluster, and which pitfall mends it. */
import { collectSnapshot } from '../cluster/evidence/collect-snapshot.ts';
import { diagnose as findingsOf } from '../diagnosis/diagnose.ts';
import type { Severity } from '../diagnosis/finding.ts';
import { setAside } from '../diagnosis/known.ts';
import { objectParts, type Snapshot } from '../diagnosis/snapshot.ts';
import { stripToLine } from '../runbook/strip-controls.ts';
import { toolVersions } from '../shell/tool-versions.ts';
import { diagnoseExitCodes } from '../state/exit-codes.ts';
import { knownFindingsFile, readKnownFindings } from '../state/known-findings.ts';
import { readSize } from '../terminal/size.ts';
import { commandEnvironment } from './command-environment.ts';
import { isFound, type Report } from './diagnose/arrange.ts';
import { pitfallCatalogue } from './diagnose/catalogue.ts';
import { json } from './diagnose/json.ts';
import { markdown } from './diagnose/markdown.ts';
import { sarif } from './diagnose/sarif.ts';
import { loadSnapshot, saveSnapshot } from './diagnose/snapshot-file.ts';
import { readWish, type SuppressOptions } from './diagnose/suppress.ts';
import { tableLines } from './diagnose/table-lines.ts';
import { environmentNow } from './environment.ts';
import { withCluster } from './live-cluster.ts';
import { painted } from './painted.ts';
import { putAside } from './put-aside.ts';
import { planStage, type ScreenOptions } from './stage.ts';
import type { ClusterOptions } from './target.ts';
import { OperatorError, reportTrouble } from './trouble.ts';

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
export async function diagnose(options: DiagnoseOptions): Promise<number> {
  try {
    const report = await reportOf(options);
    process.stdout.write(await printed(report, options));
    return isFound(report) ? diagnoseExitCodes.found.code : diagnoseExitCodes.nothing.code;
  } catch (error) {
    reportTrouble(error, process.stderr);
    return diagnoseExitCodes.notLooked.code;
  }
}

async function reportOf(options: DiagnoseOptions): Promise<Report> {
  const { target, from, save } = options;
  const wish = readWish(options, Date.now());
  const catalogue = pitfallCatalogue();
  const snapshot = from === undefined ? await look(options) : withTarget(await loadSnapshot(from), target);
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
    clusterOptions: clusterWords(options),
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
    case 'table': {
      const { stdout } = process;
      const { glyphs, colour } = planStage(options);
      const width = stdout.isTTY ? readSize(stdout).columns : undefined;
      const attributes = stdout.isTTY === true && process.env.TERM !== 'dumb';
      return painted(tableLines(report, { width, glyphs }), colour, attributes);
    }
  }
}

/** Throws an OperatorError where the cluster cannot be reached, or gave nothing at all. */
async function look(options: DiagnoseOptions): Promise<Snapshot> {
  const { target } = options;
  const snapshot = await withCluster(options, (api, { name, server, uid, practice }) =>
    collectSnapshot(api, {
      cluster: { name: stripToLine(name), server: stripToLine(server), uid, practice },
      tools: toolVersions(commandEnvironment(environmentNow(), practice)),
      ...(target === undefined ? {} : { walk: { target } }),
      signal: new AbortController().signal,
    }),
  );
  const reads = objectParts.map((part) => snapshot.objects[part]);
  const [first] = reads;
  if (first?.state === 'unread' && reads.every(({ state }) => state === 'unread')) {
    throw new OperatorError(`Nothing of the cluster could be read. ${first.message}`, {
      fix: 'Look at the API server, or ask for the permission to look.',
    });
  }
  return snapshot;
}

const withTarget = (snapshot: Snapshot, target: string | undefined): Snapshot =>
  target === undefined ? snapshot : { ...snapshot, walk: { ...snapshot.walk, target } };

/** The same cluster again, for a command to copy. */
const clusterWords = ({ kubeconfig, context, practice }: ClusterOptions): readonly string[] => [
  ...(practice ? ['--practice'] : []),
  ...(kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig]),
  ...(context === undefined ? [] : ['--context', context]),
];
