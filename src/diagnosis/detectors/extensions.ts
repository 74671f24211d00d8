/** What extensions leave behind or do not serve: the aggregated API of tap, and jaeger after 2.18. */
import { lineOf } from '../../linkerd/version-order.ts';
import { entry, record, records, text, time } from '../../rollout/json.ts';
import type { Detector, Found } from '../detector.ts';
import type { Evidence } from '../finding.ts';
import type { View } from '../view.ts';
import { extensionNamespaces, soleControlPlane } from './extension-versions.ts';
import { cliOf } from './helm-owner.ts';
import { isOfHelm } from './releases.ts';

const TAP = 'v1alpha1.tap.linkerd.io';

export const tapDetector: Detector = {
  kinds: {
    'tap-unavailable': {
      severity: 'error',
      layer: 'extension',
      title: 'The API of tap does not answer',
      causedBy: ['extension-stuck', 'webhook-certificate-expired'],
    },
  },
  needs: ['apiServices'],
  look(view) {
    const service = view.object('apiServices', '', TAP);
    const available = records(record(service?.status).conditions).find(({ type }) => type === 'Available');
    const status = text(available?.status);
    if (service === undefined || available === undefined || status === 'True') return [];
    const backend = record(record(service.spec).service);
    const [namespace, name] = [text(backend.namespace), text(backend.name)];
    const gone =
      view.unread('services') === undefined && view.object('services', namespace, name) === undefined;
    const at = time(available.lastTransitionTime);
    return [
      {
        code: 'tap-unavailable',
        certainty: status === 'False' ? 'confirmed' : 'undetermined',
        title: gone ? `${TAP} points at ${namespace}/${name}, which is not there` : `${TAP} is not available`,
        explanation:
          'The API server asks it whenever it lists what kinds there are. While it does not answer, namespaces cannot be deleted, and kubectl complains.',
        subjects: [{ kind: 'APIService', name: TAP }],
        evidence: [
          {
            kind: 'condition',
            ref: `APIService ${TAP}`,
            path: 'status.conditions[?(@.type=="Available")]',
            value: [status, text(available.reason), text(available.message)].filter(Boolean).join(', '),
            expected: 'True',
            ...(at === undefined ? {} : { at: new Date(at).toISOString() }),
          },
        ],
        causes: gone
          ? ['viz was deleted, and this was left behind.']
          : [
              'Pods of tap are not ready.',
              'The certificate of tap has expired, or is not the one that the API server was told.',
            ],
        remedy: gone
          ? {
              text: `Delete it: kubectl delete apiservice ${TAP}`,
              risk: 'change',
              verify: 'kubectl api-resources --api-group tap.linkerd.io',
            }
          : {
              text: 'Look at the pods of tap. Where they run, install viz again: that makes its certificate anew.',
              risk: 'change',
              verify: `kubectl get apiservice ${TAP}`,
              parameters: {
                EXTENSION_NAMESPACE: namespace,
                EXTENSION_OWNER: view.objects('deployments', namespace).some(isOfHelm) ? 'helm' : 'cli',
                ...versionParameter(view),
              },
            },
      },
    ];
  },
};

const versionParameter = (view: View): Readonly<Record<string, string>> => {
  const version = soleControlPlane(view)?.version;
  return version === undefined ? {} : { CONTROL_PLANE_VERSION: version };
};

/** The first release that jaeger is no part of. */
const WITHOUT_JAEGER = 19;
const INJECTOR = 'linkerd-jaeger-injector-webhook-config';

export const jaegerDetector: Detector = {
  kinds: {
    'jaeger-left-behind': {
      severity: 'warning',
      layer: 'extension',
      title: 'The jaeger extension is still there, and no release has it any more',
    },
  },
  needs: ['namespaces', 'deployments', 'mutatingWebhooks', 'configMaps'],
  look(view) {
    const controlPlane = soleControlPlane(view);
    if (controlPlane?.line === undefined || controlPlane.line < WITHOUT_JAEGER) return [];
    const namespaces = extensionNamespaces(view, 'jaeger');
    const webhook = view.object('mutatingWebhooks', '', INJECTOR);
    const evidence: Evidence[] = [
      ...namespaces.map((name): Evidence => {
        const path = 'metadata.labels.linkerd\\.io/extension';
        return { kind: 'field', ref: `Namespace ${name}`, path, value: 'jaeger' };
      }),
      ...(webhook === undefined
        ? []
        : [
            {
              kind: 'field',
              ref: `MutatingWebhookConfiguration ${INJECTOR}`,
              value: createdBy(webhook.metadata),
            } as const,
          ]),
    ];
    if (evidence.length === 0) return [];
    const found = left(controlPlane.version, namespaces, evidence, webhook !== undefined);
    return [{ ...found, remedy: { ...found.remedy, parameters: jaegerParameters(view, namespaces) } }];
  },
};

function jaegerParameters(view: View, namespaces: readonly string[]): Readonly<Record<string, string>> {
  const deployments = namespaces.flatMap((namespace) => view.objects('deployments', namespace));
  const version = deployments.flatMap((each) => cliOf(each) ?? []).find((each) => lineOf(each) !== undefined);
  return {
    EXTENSION_OWNER: deployments.some(isOfHelm) ? 'helm' : 'cli',
    ...(version === undefined ? {} : { JAEGER_VERSION: version }),
  };
}

const createdBy = ({ annotations }: { readonly annotations?: unknown }): string =>
  entry(annotations, 'linkerd.io/created-by') || 'present';

const left = (
  version: string,
  namespaces: readonly string[],
  evidence: readonly Evidence[],
  webhook: boolean,
): Found => ({
  code: 'jaeger-left-behind',
  certainty: 'confirmed',
  title: `jaeger is still installed, and ${version} has no such extension`,
  explanation:
    'The last releases with it are those of 2.18. Nobody upgrades it any more, and its webhook is asked for every new pod of the mesh. Since 2.19 tracing is a setting of the control plane.',
  subjects: [
    ...namespaces.map((name) => ({ kind: 'Namespace', name })),
    ...(webhook ? [{ kind: 'MutatingWebhookConfiguration', name: INJECTOR }] : []),
  ],
  evidence,
  causes: ['The mesh was upgraded past 2.18, and the extension was not taken out before.'],
  remedy: {
    text: 'Take it out with a CLI of 2.18 or older (linkerd jaeger uninstall), or with helm uninstall where Helm installed it.',
    risk: 'irreversible',
    verify: `kubectl get mutatingwebhookconfiguration ${INJECTOR} --ignore-not-found`,
  },
});
