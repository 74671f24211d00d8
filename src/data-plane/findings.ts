/** What an operator should know of a survey, the gravest first. Each finding names what it is about and, where it is known, what to do. */

import { versionTag } from '../linkerd/version-order.ts';
import { ofControlPlane, several } from './control-plane-findings.ts';
import type { SurveyFinding } from './finding.ts';
import type { Survey, SurveyRow } from './model.ts';
import { counted, workloadName } from './words.ts';

/** All findings of a survey; none where everything is as it should be. */
export function surveyFindings(survey: Survey): readonly SurveyFinding[] {
  return [
    ...survey.controlPlanes.flatMap(ofControlPlane),
    ...several(survey),
    ...bySkew(survey),
    ...otherTrustRoot(survey),
    ...unmeshed(survey),
    ...pinned(survey),
    ...bare(survey),
    ...completed(survey),
    ...unseen(survey),
  ].sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
}

const LEVELS: readonly SurveyFinding['level'][] = ['problem', 'attention', 'note'];

function rowItem(row: SurveyRow, detail: string): string {
  return `${row.namespace} ${workloadName(row)}: ${counted(row.pods, 'pod')}${detail === '' ? '' : `, ${detail}`}`;
}

const shownVersion = (version: string) => (version === '' ? 'version not stated' : version);

function bySkew(survey: Survey): SurveyFinding[] {
  const about = {
    ahead: {
      code: 'proxies-ahead',
      level: 'problem',
      title: 'Proxies are newer than their control plane',
      advice: 'Linkerd is not made for that. Finish the upgrade of the control plane, or restart them.',
    },
    old: {
      code: 'proxies-old',
      level: 'problem',
      title: 'Proxies are more than one Linkerd version (2.N) behind, which is not supported',
      advice: 'Restart them before the control plane is upgraded any further.',
    },
    supported: {
      code: 'proxies-behind',
      level: 'attention',
      title: 'Proxies are behind the control plane, within what is supported',
      advice:
        'A restart of their workloads brings them up to date, unless they are pinned: handrail restart.',
    },
    unknown: {
      code: 'version-unknown',
      level: 'attention',
      title: 'Proxies cannot be compared with the control plane',
      advice: 'Their version or that of the control plane is not known, or is none that Linkerd releases.',
    },
  } as const satisfies Record<string, Omit<SurveyFinding, 'items'>>;
  return (['ahead', 'old', 'supported', 'unknown'] as const).flatMap((skew) => {
    // Pods of the control plane that are of another version are its half-done upgrade.
    const items = [
      ...survey.rows
        .filter((row) => row.skew === skew && row.role !== 'control-plane')
        .map((row) => rowItem(row, shownVersion(row.version))),
      ...survey.bare
        .filter((pod) => pod.skew === skew)
        .map((pod) => `${pod.namespace} pod/${pod.name}: ${shownVersion(pod.version)}`),
    ];
    return items.length === 0 ? [] : [{ ...about[skew], items }];
  });
}

function otherTrustRoot({ rows, bare }: Survey): SurveyFinding[] {
  const items = [
    ...rows
      .filter((row) => row.otherTrustRoot > 0)
      .map((row) => `${row.namespace} ${workloadName(row)}: ${row.otherTrustRoot} of ${row.pods}`),
    ...bare.filter((pod) => pod.otherTrustRoot).map((pod) => `${pod.namespace} pod/${pod.name}`),
  ];
  if (items.length === 0) return [];
  return [
    {
      code: 'other-trust-root',
      level: 'problem',
      title: "Proxies started with other trust anchors than the control plane's",
      advice: 'Where the bundles have no anchor in common, connections fail. Restart them.',
      items,
    },
  ];
}

function unmeshed(survey: Survey): SurveyFinding[] {
  if (survey.unmeshed.length === 0) return [];
  return [
    {
      code: 'unmeshed',
      level: 'attention',
      title: 'Pods should have a proxy and have none',
      advice:
        'A restart injects it, if the injector answers. Pods on the host network never get one: of many workloads, only the first 20 are looked at for that.',
      items: survey.unmeshed.map(
        (row) =>
          `${row.namespace} ${workloadName(row)}: ${counted(row.pods, 'pod')}, asked for by the ${row.asked}`,
      ),
    },
  ];
}

function pinned({ rows, bare }: Survey): SurveyFinding[] {
  const items = [
    ...rows.filter((row) => row.override !== '').map((row) => rowItem(row, `pinned to ${row.override}`)),
    ...bare
      .filter((pod) => pod.override !== '')
      .map((pod) => `${pod.namespace} pod/${pod.name}: pinned to ${versionTag(pod.override)}`),
  ];
  if (items.length === 0) return [];
  return [
    {
      code: 'pinned',
      level: 'attention',
      title: 'Proxies are pinned to a version or an image',
      advice:
        'A restart keeps it. Take config.linkerd.io/proxy-version and config.linkerd.io/proxy-image off the workload or its namespace.',
      items,
    },
  ];
}

function bare({ bare: pods }: Survey): SurveyFinding[] {
  if (pods.length === 0) return [];
  return [
    {
      code: 'bare-pods',
      level: 'attention',
      title: 'Pods with a proxy belong to no workload',
      advice: 'Nothing brings them back: they have to be made anew by hand.',
      items: pods.map((pod) => `${pod.namespace} pod/${pod.name}: ${shownVersion(pod.version)}`),
    },
  ];
}

function completed(survey: Survey): SurveyFinding[] {
  if (survey.completed === 0) return [];
  const are = survey.completed === 1 ? 'is' : 'are';
  return [
    {
      code: 'completed',
      level: 'note',
      title: `${counted(survey.completed, 'pod')} with a proxy ${are} over and ${are} not counted`,
      advice: 'They finished or were evicted; their proxies run no more.',
      items: [],
    },
  ];
}

function unseen(survey: Survey): SurveyFinding[] {
  if (survey.unseen.length === 0) return [];
  return [
    {
      code: 'unseen',
      level: 'attention',
      title: 'Not everything could be looked at',
      advice: 'What is said here holds for the rest.',
      items: survey.unseen,
    },
  ];
}
