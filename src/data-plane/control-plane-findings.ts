/** What there is to say of control planes: gone, half upgraded, several. */
import type { SurveyFinding } from './finding.ts';
import type { ControlPlaneMeta, Survey } from './model.ts';
import { counted } from './words.ts';

export function ofControlPlane(one: ControlPlaneMeta): SurveyFinding[] {
  if (one.state === 'missing') {
    return [
      {
        code: 'control-plane-missing',
        level: 'problem',
        title: `The control plane in ${one.namespace} is not there, and pods belong to it`,
        advice: 'New pods get no proxy, and certificates of those that run are not renewed.',
        items: [],
      },
    ];
  }
  const { version, running } = one;
  const others = running.filter((each) => each.version !== version);
  if (version === undefined || others.length === 0) return [];
  return [
    {
      code: 'upgrade-half-done',
      level: 'problem',
      title: `The control plane in ${one.namespace} is between two versions: an upgrade did not get to its end`,
      advice: `Its configuration says ${version}. Look at its rollouts, and finish the upgrade or go back.`,
      items: running.map((each) => `${counted(each.pods, 'pod')} of ${each.version}`),
    },
  ];
}

export function several({ controlPlanes }: Survey): SurveyFinding[] {
  if (controlPlanes.length < 2) return [];
  return [
    {
      code: 'several-control-planes',
      level: 'note',
      title: `There are ${controlPlanes.length} control planes`,
      advice: 'Each proxy is compared with its own.',
      items: controlPlanes.map((one) => `${one.namespace}: ${one.version ?? 'version not known'}`),
    },
  ];
}
