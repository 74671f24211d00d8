/** `handrail plan`: the hops from one Linkerd version to another, and what each demands. */
import { newestLine } from '../linkerd/lines.ts';
import type { PathFacts } from '../linkerd/path/model.ts';
import { planPath } from '../linkerd/path/plan-path.ts';
import { lineMeant } from '../linkerd/path/target.ts';
import { linkerdVersion } from '../runbook/linkerd-version.ts';
import { stripToLine } from '../runbook/strip-controls.ts';
import { exitCodes } from '../state/exit-codes.ts';
import { clusterWords } from './cluster-words.ts';
import { printedSheet } from './painted.ts';
import { planMarkdown } from './plan/markdown.ts';
import { nextSteps } from './plan/next-steps.ts';
import { type Path, withNotices } from './plan/notices.ts';
import { type PlannedCluster, readCluster } from './plan/read-cluster.ts';
import { planLines } from './plan/table-lines.ts';
import type { ScreenOptions } from './stage.ts';
import type { ClusterOptions } from './target.ts';
import { OperatorError } from './trouble.ts';

/** What `handrail plan` may be told. */
export interface PlanOptions extends ClusterOptions, ScreenOptions {
  readonly from?: string;
  readonly to?: string;
  readonly by?: 'cli' | 'helm';
  readonly output: 'table' | 'json' | 'markdown';
}

/** Ends with a code of its own where there is no path. Throws an OperatorError where the version that runs cannot be known. */
export async function plan(options: PlanOptions): Promise<number> {
  const named = namedVersions(options);
  const { cluster, facts: seen, warnings, where } = await look(options, named.from);
  const from = named.from ?? versionOf(cluster);
  const facts = { ...seen, ...(options.by === undefined ? {} : { method: options.by }) };
  const path = planPath(from, named.to, facts);
  const said =
    path.type === 'path' ? { ...(await withNotices(path)), warnings: [...warnings, ...path.warnings] } : path;
  if (options.output === 'json') {
    const of = cluster === undefined ? null : { name: cluster.name, practice: cluster.practice };
    process.stdout.write(`${JSON.stringify({ ...said, cluster: of, facts }, undefined, 2)}\n`);
    return said.type === 'refused' ? exitCodes.refused.code : exitCodes.done.code;
  }
  switch (said.type) {
    case 'refused':
      throw new OperatorError(said.reason, { fix: said.advice, exitCode: exitCodes.refused.code });
    case 'nothing':
      process.stdout.write(`${said.text}\n`);
      return exitCodes.done.code;
    case 'path':
      process.stdout.write(await printed(said, where, options));
      return exitCodes.done.code;
  }
}

/** The versions as Linkerd writes them; the newest line's best release where no target was named. Throws where one is no version. */
function namedVersions({ from, to = newestLine.best }: PlanOptions): {
  readonly from: string | undefined;
  readonly to: string;
} {
  // A build of somebody's own has a name, and planPath says what to do about it.
  const start = from === undefined || /^(?:dev|git)-/.test(from) ? from : linkerdVersion(from);
  if (from !== undefined && start === undefined) {
    throw new OperatorError(`--from ${JSON.stringify(from)} is no release of Linkerd.`, {
      fix: 'For example: --from stable-2.13.7, 2.13.7 or edge-24.11.8',
    });
  }
  const target = lineMeant(to) === undefined ? linkerdVersion(to) : to;
  if (target === undefined) {
    throw new OperatorError(`--to ${JSON.stringify(to)} is no version of Linkerd.`, {
      fix: 'For example: --to stable-2.14.10, edge-24.11.8, or 2.14 for the best release of that line',
    });
  }
  return { from: start, to: target };
}

interface Seen {
  readonly cluster: PlannedCluster | undefined;
  readonly facts: PathFacts;
  readonly warnings: readonly string[];
  /** What was looked at, as a sentence. */
  readonly where: string;
}

/**
 * What is known of the cluster. One that was named, or that has to say which version runs, has to answer. The current one of a kubeconfig
 * nobody spoke of counts only where it runs the version that was named: else it is another mesh.
 */
async function look(options: PlanOptions, from: string | undefined): Promise<Seen> {
  const asked =
    options.practice === true || options.kubeconfig !== undefined || options.context !== undefined;
  const nothing = { cluster: undefined, facts: {}, warnings: [] };
  let cluster: PlannedCluster;
  try {
    cluster = await readCluster(options);
  } catch (error) {
    if (asked || from === undefined || !(error instanceof OperatorError)) throw error;
    return { ...nothing, where: 'No cluster was looked at.' };
  }
  const { name, others, facts } = cluster;
  const where = `Read from the cluster ${name}${cluster.practice && name !== 'practice' ? ' (a practice cluster)' : ''}.`;
  if (from === undefined || from === cluster.from) {
    const more = `There are more control planes, in ${others.join(' and ')}: this is about the one that most pods belong to.`;
    return { cluster, facts, where, warnings: others.length === 0 ? [] : [more] };
  }
  const runs = cluster.from === undefined ? 'no control plane that was found' : stripToLine(cluster.from);
  if (!asked) {
    return {
      ...nothing,
      where: 'No cluster was looked at.',
      warnings: [`The current cluster, ${name}, runs ${runs}: nothing of it is used.`],
    };
  }
  const { running: _running, oldestProxy: _proxy, ...lasting } = facts;
  const warning = `${name} runs ${runs}, and the path begins with ${from}, as you said; the rest is read from that cluster.`;
  return { cluster, facts: lasting, where, warnings: [warning] };
}

function versionOf(cluster: PlannedCluster | undefined): string {
  if (cluster?.from !== undefined) return stripToLine(cluster.from);
  const why = cluster?.unseen === undefined ? '' : ` ${cluster.unseen}`;
  throw new OperatorError(`Which Linkerd runs on ${cluster?.name} could not be seen.${why}`, {
    fix: 'Say it with --from, for example --from stable-2.13.7.',
    exitCode: exitCodes.notReady.code,
  });
}

async function printed(path: Path, where: string, options: PlanOptions): Promise<string> {
  const next = nextSteps(path, clusterWords(options));
  if (options.output === 'markdown') return planMarkdown(path, { where, next });
  return printedSheet(options, (sheet) => planLines(path, next, sheet));
}
