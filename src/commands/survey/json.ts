/** The survey as JSON, for programs. The shape is described in docs/survey.md; `version` grows when it changes for those who read it. */
import { surveyFindings } from '../../data-plane/findings.ts';
import type { Survey } from '../../data-plane/model.ts';
import { isBehind, type SurveyedCluster } from './view.ts';

export function json(survey: Survey, cluster: SurveyedCluster, behind: boolean): string {
  const kept = <T extends { readonly skew: Survey['versions'][number]['skew'] }>(
    items: readonly (T & { readonly role?: Survey['rows'][number]['role'] })[],
  ) => items.filter(({ skew, role = 'data-plane' }) => !behind || isBehind({ standing: skew, role }));
  const document = {
    kind: 'handrail/survey',
    version: 1,
    takenAt: new Date(cluster.at).toISOString(),
    cluster: { name: cluster.name, server: cluster.server, practice: cluster.practice },
    namespaces: cluster.namespaces.length === 0 ? 'all' : cluster.namespaces,
    only: behind ? 'behind' : 'everything',
    totals: survey.totals,
    completed: survey.completedKnown ? survey.completed : null,
    controlPlanes: survey.controlPlanes.map((one) => ({
      namespace: one.namespace,
      state: one.state,
      version: one.version ?? null,
      source: one.source,
      proxyVersion: one.proxyVersion ?? null,
      running: one.running,
      trustRoot: one.trustRoot ?? null,
    })),
    proxyVersions: survey.versions,
    trustRoots: survey.trustRoots.map(({ current, ...root }) => ({ ...root, current: current ?? null })),
    workloads: kept(survey.rows),
    barePods: kept(survey.bare),
    unmeshed: behind ? [] : survey.unmeshed,
    findings: surveyFindings(survey),
    unseen: survey.unseen,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
