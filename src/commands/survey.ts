/** `handrail survey`: which proxy versions run where, against their control plane. */
import { type ClusterSurvey, surveyCluster } from '../cluster/survey/survey-source.ts';
import { stripToLine } from '../runbook/strip-controls.ts';
import { exitCodes } from '../state/exit-codes.ts';
import { withCluster } from './live-cluster.ts';
import { printedSheet } from './painted.ts';
import type { ScreenOptions } from './stage.ts';
import { type SurveyOutput, surveyDocument, surveyLines } from './survey/print.ts';
import type { SurveyedCluster } from './survey/view.ts';
import type { ClusterOptions } from './target.ts';
import { OperatorError } from './trouble.ts';
import { typedNamespaces } from './typed-spec.ts';

export interface SurveyCommandOptions extends ClusterOptions, ScreenOptions {
  readonly namespace?: readonly string[];
  readonly allNamespaces?: boolean;
  readonly output: SurveyOutput;
  readonly behind?: boolean;
}

/** Looks once and prints. It ends with 0 whatever it saw; where it could see no pods, an OperatorError is thrown. */
export async function survey(options: SurveyCommandOptions): Promise<number> {
  const { surveyed, cluster } = await look(options);
  const behind = options.behind === true;
  const print = { survey: surveyed.survey, cluster, behind };
  if (options.output === 'json' || options.output === 'csv') {
    process.stdout.write(surveyDocument(print, options.output));
    // A spreadsheet has no place for it.
    if (options.output === 'csv') {
      for (const line of surveyed.survey.unseen) process.stderr.write(`handrail: not seen: ${line}\n`);
    }
    return exitCodes.done.code;
  }
  const { output } = options;
  process.stdout.write(await printedSheet(options, (sheet) => surveyLines(print, output, sheet)));
  return exitCodes.done.code;
}

async function look(
  options: SurveyCommandOptions,
): Promise<{ readonly surveyed: ClusterSurvey; readonly cluster: SurveyedCluster }> {
  const namespaces = typedNamespaces(options.namespace);
  if (options.allNamespaces && namespaces.length > 0) {
    throw new OperatorError('One namespace, or all of them: not both.', { exitCode: exitCodes.usage.code });
  }
  return withCluster(options, async (api, { name, server, practice }) => {
    const surveyed = await surveyCluster(api, { namespaces });
    needPods(surveyed);
    const shown = { name: stripToLine(name), server: stripToLine(server), practice };
    return { surveyed, cluster: { ...shown, namespaces, at: Date.now() } };
  });
}

/** A misspelt namespace is no empty one, and pods that may not be seen are not none. */
function needPods({ absent, problem, survey: { unseen } }: ClusterSurvey): void {
  if (absent.length > 0) {
    const names = absent.map(stripToLine).join(', ');
    throw new OperatorError(
      absent.length === 1 ? `There is no namespace ${names}.` : `There are no namespaces ${names}.`,
      { fix: 'kubectl get namespaces lists them.' },
    );
  }
  if (problem === undefined) return;
  throw new OperatorError(`The pods could not be seen. ${unseen.map((line) => `${line}.`).join(' ')}`, {
    fix:
      problem.type === 'denied'
        ? 'Ask for that permission, or name the namespaces that you may see: handrail survey -n NAMESPACE'
        : problem.type === 'unreachable'
          ? problem.fix
          : 'Look at the API server.',
    exitCode: exitCodes.notReady.code,
  });
}
