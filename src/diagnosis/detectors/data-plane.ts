/** Proxies against their control plane: behind it, too far behind, ahead of it, and pinned. */
import { compareVersions, isOlder, lineOf, versionTag } from '../../linkerd/version-order.ts';
import type { Detector, FindingKind, Found } from '../detector.ts';
import type { View } from '../view.ts';
import { pinsOf, pinTokens } from './pins.ts';
import { type Proxies, proxiesOf } from './proxies.ts';
import { releaseOf } from './releases.ts';

type Code = 'data-plane-behind' | 'data-plane-too-old' | 'data-plane-ahead';

const kinds = {
  'data-plane-behind': {
    severity: 'warning',
    layer: 'data-plane',
    title: 'Proxies are behind the control plane',
    causedBy: ['control-plane-mixed-versions'],
  },
  'data-plane-too-old': {
    severity: 'error',
    layer: 'data-plane',
    title: 'Proxies are older than the control plane supports',
    causedBy: ['control-plane-mixed-versions'],
  },
  'data-plane-ahead': {
    severity: 'error',
    layer: 'data-plane',
    title: 'Proxies are newer than their control plane',
    causedBy: ['control-plane-mixed-versions', 'control-plane-missing'],
  },
} as const satisfies Record<Code, FindingKind>;

export const dataPlaneDetector: Detector = {
  kinds,
  needs: ['pods'],
  look(view) {
    const target = releaseOf(view.snapshot.walk?.target);
    const all = proxiesOf(view);
    const tooFar = (each: Proxies) =>
      each.skew === 'old' || (each.skew !== 'ahead' && linesBehind(each.version, target) > 1);
    const old = all.filter(tooFar);
    const behind = all.filter((each) => !tooFar(each) && isBehind(each));
    const ahead = all.filter(({ skew }) => skew === 'ahead');
    const unknown = all.filter(({ skew }) => skew === 'unknown');
    const forTarget = old.every(({ skew }) => skew !== 'old') ? target : undefined;
    return [
      ...found(view, 'data-plane-too-old', old, forTarget),
      ...found(view, 'data-plane-behind', behind),
      ...found(view, 'data-plane-ahead', ahead),
      ...cannotTell(unknown),
    ];
  },
};

/** A restart changes it. Pods of Jobs get the new proxy with their next run. */
const isBehind = ({ skew, version, fresh, kind }: Proxies): boolean =>
  skew === 'supported' && isOlder(version, fresh) && kind !== 'Job' && kind !== 'CronJob';

function linesBehind(version: string, target: string | undefined): number {
  const [mine, its] = [lineOf(versionTag(version)), target === undefined ? undefined : lineOf(target)];
  return mine === undefined || its === undefined ? 0 : its - mine;
}

const words: Readonly<Record<Code, { readonly how: string; readonly why: string; readonly text: string }>> = {
  'data-plane-behind': {
    how: 'behind',
    why: 'One version behind is supported, and works. The next upgrade is not, before they are restarted.',
    text: 'Restart their workloads: the injector gives new pods the proxy of the control plane.',
  },
  'data-plane-too-old': {
    how: 'more than one version behind',
    why: 'A control plane works with proxies of its own version (2.N) and of the one before. Older ones may lose discovery, policy or their certificates.',
    text: 'Restart their workloads before the control plane is upgraded any further.',
  },
  'data-plane-ahead': {
    how: 'newer than',
    why: 'Linkerd is not made for that: a newer proxy asks the control plane for what it does not have, and may not route at all.',
    text: 'Finish the upgrade of the control plane, or restart their workloads so that they get its version.',
  },
};

function found(view: View, code: Code, proxies: readonly Proxies[], target?: string): readonly Found[] {
  const [first] = proxies;
  if (first === undefined) return [];
  const { how, why, text } = words[code];
  const against = target ?? first.controlPlane;
  const versions = [...new Set(proxies.map(({ version }) => version))].sort(compareVersions);
  const fresh = releaseOf(versionTag(first.fresh));
  return [
    {
      code,
      certainty: 'confirmed',
      ...(target === undefined ? {} : { severity: 'blocker' as const }),
      title: `Proxies of ${namesOf(proxies)} are ${how}${code === 'data-plane-ahead' ? '' : ','} ${
        code === 'data-plane-ahead' ? `${against}: ` : ''
      }${versions.slice(0, 3).join(', ')}${code === 'data-plane-ahead' ? '' : ` under ${against}`}`,
      explanation: why,
      subjects: proxies.map(({ kind, namespace, name }) => ({ kind, namespace, name })),
      evidence: [
        {
          kind: 'field',
          ref: first.source,
          path: 'data.values, linkerdVersion',
          value: first.controlPlane,
          ...(target === undefined ? {} : { expected: `${target} is upgraded to` }),
        },
        ...proxies.slice(0, 9).map((each) => ({
          kind: 'field' as const,
          ref: `Pod ${each.namespace}/${each.example}`,
          path: 'metadata.annotations.linkerd\\.io/proxy-version',
          value: each.version,
          expected: each.fresh,
        })),
      ],
      causes: [
        'They were not restarted since the control plane was upgraded.',
        'They are pinned by an annotation, so that a restart brings the same proxy back.',
        ...(code === 'data-plane-ahead'
          ? ['The control plane was rolled back after they were restarted.']
          : []),
      ],
      remedy: {
        text,
        risk: 'change',
        verify: 'linkerd version --proxy',
        parameters: {
          ...(fresh === undefined ? {} : { RELEASE: fresh }),
          PINS: pinTokens(pinsOf(view, proxies)),
        },
      },
    },
  ];
}

/** `shop/cart` or `shop/cart and 2 more`. */
export function namesOf(proxies: readonly Proxies[]): string {
  const names = [...new Set(proxies.map(({ namespace, name }) => `${namespace}/${name}`))];
  return names.length < 3 ? names.join(' and ') : `${names[0]} and ${names.length - 1} more`;
}

function cannotTell(proxies: readonly Proxies[]): readonly Found[] {
  const [first] = proxies;
  if (first === undefined) return [];
  return [
    {
      code: 'data-plane-too-old',
      certainty: 'undetermined',
      severity: 'info',
      title: `The proxies of ${namesOf(proxies)} cannot be compared with the control plane`,
      explanation:
        'Their version or that of the control plane is not known, or is none that Linkerd releases: look at the images of both.',
      subjects: proxies.map(({ kind, namespace, name }) => ({ kind, namespace, name })),
      evidence: proxies.slice(0, 10).map((each) => ({
        kind: 'field' as const,
        ref: `Pod ${each.namespace}/${each.example}`,
        path: 'metadata.annotations.linkerd\\.io/proxy-version',
        value: each.version === '' ? 'not stated' : each.version,
        ...(each.controlPlane === '' ? {} : { expected: each.fresh }),
      })),
      causes: ['The image is a build of your own, or is named by its digest.'],
      remedy: {
        text: 'Look at the image of linkerd-proxy in these pods and at the version of the control plane.',
        risk: 'look',
        verify: 'linkerd version --proxy',
      },
    },
  ];
}
