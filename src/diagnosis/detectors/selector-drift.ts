/** Deployments of the control plane whose selector is not the one that every release renders: it can never be changed in place. */
import { isDeepStrictEqual } from 'node:util';
import { entry, type Json, record, records, text, textMap } from '../../rollout/json.ts';
import type { Detector, Found } from '../detector.ts';
import type { Evidence } from '../finding.ts';
import type { SnapshotObject } from '../snapshot.ts';
import type { View } from '../view.ts';
import { linesSaid, saidIn } from './said.ts';

export const selectorDriftDetector: Detector = {
  kinds: {
    'selector-drift': {
      severity: 'blocker',
      layer: 'control-plane',
      title: 'The selector of a control plane Deployment was changed',
    },
  },
  needs: ['deployments'],
  look: (view) =>
    view.controlPlanes.flatMap(({ namespace, deployments }) => {
      const drifted = deployments.flatMap((deployment) => driftOf(deployment, namespace) ?? []);
      return drifted.length === 0 ? [] : [found(view, namespace, drifted)];
    }),
};

/**
 * The selectors from 2.9 to 2.20, the same in all of them. Of Deployments that only 2.9 and 2.10 had nothing is said.
 */
function renderedSelector(name: string, namespace: string): Readonly<Record<string, string>> | undefined {
  const component = { 'linkerd.io/control-plane-component': name.replace(/^linkerd-/, '') };
  switch (name) {
    case 'linkerd-identity':
    case 'linkerd-destination':
      return {
        ...component,
        'linkerd.io/control-plane-ns': namespace,
        'linkerd.io/proxy-deployment': name,
      };
    case 'linkerd-proxy-injector':
      return component;
    default:
      return undefined;
  }
}

interface Drift {
  readonly deployment: SnapshotObject;
  readonly live: Json;
  readonly rendered: Readonly<Record<string, string>>;
}

function driftOf(deployment: SnapshotObject, namespace: string): Drift | undefined {
  const rendered = renderedSelector(deployment.metadata.name, namespace);
  const live = record(record(deployment.spec).selector);
  if (rendered === undefined || Object.keys(live).length === 0) return undefined;
  const same =
    isDeepStrictEqual(textMap(live.matchLabels), rendered) && records(live.matchExpressions).length === 0;
  return same ? undefined : { deployment, live, rendered };
}

/** Somebody renders this mesh elsewhere, and may render that selector, too. */
const pipelineLabels = /^(?:argocd\.argoproj\.io|kustomize\.toolkit\.fluxcd\.io|helm\.toolkit\.fluxcd\.io)\//;

function found(view: View, namespace: string, drifted: readonly Drift[]): Found {
  const names = drifted.map(({ deployment }) => deployment.metadata.name);
  const said = linesSaid(view).filter(
    (line) => line.includes('field is immutable') && names.some((name) => line.includes(`"${name}"`)),
  );
  const rendered = drifted.some(({ deployment }) =>
    Object.keys(textMap(deployment.metadata.labels)).some((label) => pipelineLabels.test(label)),
  );
  const [first] = names;
  return {
    code: 'selector-drift',
    certainty: said.length > 0 ? 'confirmed' : rendered ? 'undetermined' : 'likely',
    title: `${first}${names.length > 1 ? ` and ${names.length - 1} more` : ''}: not the selector that Linkerd renders`,
    explanation:
      'The API server refuses to change the selector of a Deployment, so what the release renders cannot be applied to it: the rest of the upgrade is applied, and this Deployment stays old.',
    subjects: names.map((name) => ({ kind: 'Deployment', namespace, name })),
    evidence: [...said.map((line) => saidIn(view, line)), ...drifted.flatMap(evidenceOf)],
    causes: [
      'Labels were added to everything, selectors too: by commonLabels of kustomize, or by a post-renderer of Helm.',
      'It was made again by hand.',
    ],
    remedy: {
      text: 'Delete the Deployment without its pods, and make it again at once with the selector that Linkerd renders. Pods run on.',
      risk: 'change',
      verify: `kubectl --namespace ${namespace} get deployment ${first} --output jsonpath='{.spec.selector.matchLabels}'`,
      parameters: {
        LINKERD_NAMESPACE: namespace,
        SELECTORS: drifted
          .map(({ deployment, rendered: labels }) => `${deployment.metadata.name}=${JSON.stringify(labels)}`)
          .join(' '),
      },
    },
  };
}

/** The labels that are too many, missing, or other than rendered. */
function evidenceOf({ deployment, live, rendered }: Drift): readonly Evidence[] {
  const ref = `Deployment ${deployment.metadata.namespace}/${deployment.metadata.name}`;
  const labels = textMap(live.matchLabels);
  const keys = [...new Set([...Object.keys(labels), ...Object.keys(rendered)])];
  const differing = keys.filter((key) => labels[key] !== rendered[key]);
  return [
    ...differing.map(
      (key): Evidence => ({
        kind: 'field',
        ref,
        path: `spec.selector.matchLabels.${key.replaceAll('.', '\\.')}`,
        value: entry(labels, key) || 'not set',
        expected: entry(rendered, key) || 'not set',
      }),
    ),
    ...records(live.matchExpressions).map(
      (each): Evidence => ({
        kind: 'field',
        ref,
        path: 'spec.selector.matchExpressions',
        value: `${text(each.key)} ${text(each.operator)}`,
        expected: 'not set',
      }),
    ),
  ];
}
