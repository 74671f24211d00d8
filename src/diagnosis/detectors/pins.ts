/** Annotations that hold a proxy at one version: a restart brings the same one back. */
import { lineOf, versionTag } from '../../linkerd/version-order.ts';
import { entry, record } from '../../rollout/json.ts';
import type { Detector, Found } from '../detector.ts';
import type { Evidence } from '../finding.ts';
import type { ObjectPart } from '../snapshot.ts';
import type { View } from '../view.ts';
import { type Proxies, proxiesOf } from './proxies.ts';

const VERSION = 'config.linkerd.io/proxy-version';
const IMAGE = 'config.linkerd.io/proxy-image';

/** A pin, where it stands. */
interface Pin {
  readonly namespace: string;
  /** As kubectl takes it: `deployment`, `namespace`; `pod` where no template and no namespace has it. */
  readonly kind: string;
  readonly name: string;
  readonly annotation: typeof VERSION | typeof IMAGE;
  readonly value: string;
}

export const pinsDetector: Detector = {
  kinds: {
    'proxies-pinned': {
      severity: 'warning',
      layer: 'data-plane',
      title: 'Proxies are pinned to a version',
    },
  },
  needs: ['pods', 'namespaces'],
  look(view) {
    const pinned = proxiesOf(view).filter(isPinned);
    const pins = pinsOf(view, pinned);
    const [first] = pins;
    if (first === undefined) return [];
    const names = [...new Set(pins.map(placeOf))];
    const found: Found = {
      code: 'proxies-pinned',
      certainty: 'confirmed',
      title: `${names[0]} pins its proxies to ${first.value}${names.length === 1 ? '' : `, and ${names.length - 1} more do`}`,
      explanation:
        'A restart gives such pods the same proxy again, so an upgrade of the data plane leaves them behind.',
      subjects: pins.map(({ kind, namespace, name }) =>
        kind === 'namespace' ? { kind: 'Namespace', name } : { kind: named[kind] ?? 'Pod', namespace, name },
      ),
      evidence: pins.map(evidenceOf),
      causes: [
        'linkerd inject --proxy-version writes such an annotation, and nothing takes it away.',
        'Somebody held a version back on purpose: ask before you take it off.',
      ],
      remedy: {
        text: 'Take the annotation off the workload or its namespace, and restart the workload.',
        risk: 'change',
        verify: 'linkerd version --proxy',
        parameters: {
          PINS: pinTokens(pins),
          ...(freshOf(pinned) === '' ? {} : { RELEASE: freshOf(pinned) }),
        },
      },
    };
    return [found];
  },
};

const freshOf = ([first]: readonly Proxies[]): string => versionTag(first?.fresh ?? '');

/** By a version, or by an image with a tag or a digest. An image that only names another registry pins nothing. */
function isPinned({ override }: Proxies): boolean {
  if (override === '') return false;
  return override.includes('@') || lineOf(override) !== undefined || /:[^/]+$/.test(override);
}

const parts: Readonly<Partial<Record<Proxies['kind'], readonly [ObjectPart, string]>>> = {
  Deployment: ['deployments', 'deployment'],
  StatefulSet: ['statefulSets', 'statefulset'],
  DaemonSet: ['daemonSets', 'daemonset'],
};

const named: Readonly<Record<string, string>> = {
  deployment: 'Deployment',
  statefulset: 'StatefulSet',
  daemonset: 'DaemonSet',
};

/** Where the pins of these proxies stand, each once. */
export function pinsOf(view: View, proxies: readonly Proxies[]): readonly Pin[] {
  const pins = proxies.filter(isPinned).map((each): Pin => {
    const { namespace, name, kind, override, example } = each;
    const [part, resource] = parts[kind] ?? [undefined, ''];
    const workload = part === undefined ? undefined : view.object(part, namespace, name);
    const template = record(record(record(workload?.spec).template).metadata).annotations;
    const own = pinIn(template);
    if (own !== undefined) return { namespace, kind: resource, name, ...own };
    const theirs = pinIn(view.object('namespaces', '', namespace)?.metadata.annotations);
    if (theirs !== undefined) return { namespace, kind: 'namespace', name: namespace, ...theirs };
    return { namespace, kind: 'pod', name: example, annotation: VERSION, value: override };
  });
  return [...new Map(pins.map((pin) => [placeOf(pin), pin])).values()];
}

function pinIn(annotations: unknown): Pick<Pin, 'annotation' | 'value'> | undefined {
  for (const annotation of [VERSION, IMAGE] as const) {
    const value = entry(annotations, annotation);
    if (value !== '') return { annotation, value };
  }
  return undefined;
}

const placeOf = ({ kind, namespace, name }: Pin): string =>
  kind === 'namespace' ? `namespace ${name}` : `${kind} ${namespace}/${name}`;

function evidenceOf(pin: Pin): Evidence {
  const key = pin.annotation.replaceAll('.', '\\.');
  const inTemplate = named[pin.kind] !== undefined;
  return {
    kind: 'field',
    ref: inTemplate
      ? `${named[pin.kind]} ${pin.namespace}/${pin.name}`
      : pin.kind === 'namespace'
        ? `Namespace ${pin.name}`
        : `Pod ${pin.namespace}/${pin.name}`,
    path: `${inTemplate ? 'spec.template.' : ''}metadata.annotations.${key}`,
    value: pin.value,
  };
}

/**
 * Pins by a version as the pitfalls take them: `shop/deployment/cart=stable-2.13.7`, with blanks between; `none` where there is none. What
 * stands in a pod alone, and images, are looked at by hand.
 */
export function pinTokens(pins: readonly Pin[]): string {
  const tokens = pins
    .filter(
      ({ kind, annotation, value }) =>
        kind !== 'pod' && annotation === VERSION && lineOf(value) !== undefined,
    )
    .map(({ namespace, kind, name, value }) => `${namespace}/${kind}/${name}=${value}`);
  return tokens.length === 0 ? 'none' : tokens.join(' ');
}
