/** `handrail diagnose`: what is wrong with the mesh of a cluster, and which pitfall mends it. */
import { collectSnapshot } from '../cluster/evidence/collect-snapshot.ts';
import { diagnose as findingsOf } from '../diagnosis/diagnose.ts';
import type { Severity } from '../diagnosis/finding.ts';
import type { Snapshot } from '../diagnosis/snapshot.ts';
import { stripToLine } from '../runbook/strip-controls.ts';
import { toolVersions } from '../shell/tool-versions.ts';
import { readSize } from '../terminal/size.ts';
import { commandEnvironment } from './command-environment.ts';
import { type Report, reaches } from './diagnose/arrange.ts';
import { pitfallCatalogue } from './diagnose/catalogue.ts';
import { loadSnapshot, saveSnapshot } from './diagnose/snapshot-file.ts';
import { tableLines } from './diagnose/table-lines.ts';
import { environmentNow } from './environment.ts';
import { withCluster } from './live-cluster.ts';
import { painted } from './painted.ts';
import { planStage, type ScreenOptions } from './stage.ts';
import type { ClusterOptions } from './target.ts';

export interface DiagnoseOptions extends ClusterOptions, ScreenOptions {
  readonly output: 'table';
  readonly target?: string;
  readonly severity: Severity;
  readonly save?: string;
  readonly from?: string;
  readonly force?: boolean;
}

/** 0 where nothing was found, 1 where something is at or above the threshold. */
export async function diagnose(options: DiagnoseOptions): Promise<number> {
  const catalogue = pitfallCatalogue();
  const snapshot = options.from === undefined ? await look(options) : await loadSnapshot(options.from);
  if (options.save !== undefined) await saveSnapshot(options.save, snapshot, options.force === true);
  const diagnosis = findingsOf(snapshot);
  const report: Report = {
    snapshot,
    diagnosis,
    catalogue: await catalogue,
    threshold: options.severity,
    clusterOptions: clusterWords(options),
    values: options.target === undefined ? {} : { TO: options.target },
  };
  const { stdout } = process;
  const { glyphs, colour } = planStage(options);
  const width = stdout.isTTY ? readSize(stdout).columns : undefined;
  const attributes = stdout.isTTY === true && process.env.TERM !== 'dumb';
  stdout.write(await painted(tableLines(report, { width, glyphs }), colour, attributes));
  const counts = diagnosis.findings.some(
    ({ severity, certainty }) => certainty !== 'undetermined' && reaches(severity, options.severity),
  );
  return counts ? 1 : 0;
}

const look = (options: DiagnoseOptions): Promise<Snapshot> =>
  withCluster(options, (api, { name, server, uid, practice }) =>
    collectSnapshot(api, {
      cluster: { name: stripToLine(name), server: stripToLine(server), uid, practice },
      tools: toolVersions(commandEnvironment(environmentNow(), practice)),
      ...(options.target === undefined ? {} : { walk: { target: options.target } }),
      signal: new AbortController().signal,
    }),
  );

/** The same cluster again, for a command to copy. */
const clusterWords = ({ kubeconfig, context, practice }: ClusterOptions): readonly string[] => [
  ...(practice ? ['--practice'] : []),
  ...(kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig]),
  ...(context === undefined ? [] : ['--context', context]),
];
