import { createHash } from 'node:crypto';
import { renderControlPlane, servingServices } from '../../linkerd/control-plane.ts';
import type { Material } from '../../linkerd/control-plane-objects.ts';
import { factsOf } from '../../linkerd/facts.ts';
import type { Manifest, RenderContext } from '../../linkerd/manifest.ts';
import { defaultValues, haValues, mergeValues, type Values } from '../../linkerd/values.ts';
import {
  certificateLines,
  certificateReplacements,
  certificatesTogether,
  commonReplacements,
  NAMESPACE,
  type Replacement,
  standInPairs,
  templated,
} from './template.ts';

const trust = { anchorPem: 'anchors', issuer: { certPem: 'issuer certificate', keyPem: 'issuer key' } };
const REPLICAS = 987_654;
const standIns = {
  config: 'stand-in-for-the-values',
  schedule: 'stand-in-for-the-schedule',
  policy: 'StandInForThePolicy',
};

const contextOf = (release: string, ha: boolean): RenderContext => ({
  ...{ version: release, major: factsOf(release).major, namespace: NAMESPACE, ha },
});

/** The values of the chart that has the control plane: those of 2.9 in two places, as all charts of that release share some of them. */
export function controlPlaneValues(release: string): Values {
  const { major, workloads } = factsOf(release);
  const initTag = workloads[0]?.init?.[0]?.[1].split(':')[1] ?? '';
  const defaults = defaultValues(contextOf(release, false), initTag);
  const flat = (major === 9 ? defaults.global : defaults) as Values;
  const { cliVersion: _, ...values } = mergeValues(flat, {
    ...{ identityTrustAnchorsPEM: '', identity: { issuer: { tls: { crtPEM: '', keyPEM: '' } } } },
    ...(major < 12 ? { namespace: 'linkerd', installNamespace: true } : {}),
    ...(major >= 11 && major < 19 ? { policyController: { image: { version: '' } } } : {}),
  });
  if (major !== 9) return values;
  const own = [
    ...['controllerImage', 'controllerLogLevel', 'controllerReplicas', 'debugContainer', 'disableHeartBeat'],
    ...['enablePodAntiAffinity', 'identity', 'installNamespace', 'webhookFailurePolicy'],
  ];
  const entries = Object.entries(values);
  return {
    ...Object.fromEntries(entries.filter(([key]) => own.includes(key))),
    global: Object.fromEntries(entries.filter(([key]) => !own.includes(key))),
  };
}

/** Where the chart of a release keeps what its charts share. */
const sharedOf = (major: number): string => (major === 9 ? '.Values.global' : '.Values');

/** The expression for the control plane's namespace: a value until 2.11, since 2.12 the release's. */
export const namespaceOf = (major: number): string =>
  major >= 12 ? '.Release.Namespace' : `${sharedOf(major)}.namespace`;

/** What differs from one installation to the next and is no text of its own in the manifests. */
function prepared(manifest: Manifest): Manifest {
  const { kind, metadata } = manifest;
  if (kind === 'ConfigMap' && metadata.name === 'linkerd-config')
    return { ...manifest, data: { values: standIns.config } };
  if (kind === 'CronJob') return { ...manifest, spec: { ...manifest.spec, schedule: standIns.schedule } };
  if (kind === 'Deployment') return { ...manifest, spec: { ...manifest.spec, replicas: REPLICAS } };
  if (!kind.endsWith('WebhookConfiguration')) return manifest;
  const webhooks = manifest.webhooks.map((one: object) => ({ ...one, failurePolicy: standIns.policy }));
  return { ...manifest, webhooks };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const base64 = (text: string): string => Buffer.from(text).toString('base64');

function replacementsOf(release: string, services: readonly string[]): Replacement[] {
  const { major } = factsOf(release);
  const shared = sharedOf(major);
  const checksum = sha256(services.map((name) => `certificate of ${name}`).join(''));
  return [
    [checksum, `sha256sum ${certificatesTogether(services)}`],
    [sha256(trust.anchorPem), 'sha256sum $anchors'],
    [base64(trust.issuer.certPem), '$issuer.crtPEM | b64enc'],
    [base64(trust.issuer.keyPem), '$issuer.keyPEM | b64enc'],
    ...certificateReplacements(services),
    [standIns.config, 'toYaml $config | toJson'],
    [standIns.schedule, 'dateInZone "4 15 * * *" (now | mustDateModify "+10m") "UTC" | quote'],
    [standIns.policy, '.Values.webhookFailurePolicy'],
    [String(REPLICAS), '.Values.controllerReplicas'],
    ['ca-bundle.crt: anchors', `printf "ca-bundle.crt: %s" (toJson $anchors)`],
    ['value: anchors', `printf "value: %s" (toJson $anchors)`],
    ['warn,linkerd=info', `${shared}.proxy.logLevel`],
    [
      `linkerd/proxy:${release}`,
      `printf "linkerd/proxy:%s" (${shared}.proxy.image.version | default $version)`,
    ],
    ...(major >= 11 && major < 19
      ? [
          [
            `policy-controller:${release}`,
            'printf "policy-controller:%s" (.Values.policyController.image.version | default $version)',
          ] as const,
        ]
      : []),
    ...commonReplacements(release, namespaceOf(major), '$version'),
  ];
}

/** What is asked of the values before anything is rendered, in the words of the real charts. */
function demands(major: number): string {
  const shared = sharedOf(major);
  const failing: [condition: string, words: string][] = [
    ...(major >= 15 && major <= 19
      ? ([
          [
            'and .Values.proxy.nativeSidecar .Values.proxy.waitBeforeExitSeconds',
            'proxy.nativeSidecar and waitBeforeExitSeconds cannot be used simultaneously',
          ],
        ] as [string, string][])
      : []),
    ...(major >= 14
      ? ([
          [
            'and .Values.proxyInit.closeWaitTimeoutSecs (not .Values.proxyInit.runAsRoot)',
            'proxyInit.runAsRoot must be set to use proxyInit.closeWaitTimeoutSecs',
          ],
        ] as [string, string][])
      : []),
  ];
  return [
    `{{- $version := ${shared}.linkerdVersion }}`,
    `{{- $anchors := printf "%s\\n" (required "Please provide the identity trust anchors" ${shared}.identityTrustAnchorsPEM | trim) }}`,
    '{{- $issuer := .Values.identity.issuer.tls }}',
    '{{- if eq .Values.identity.issuer.scheme "linkerd.io/tls" }}',
    '{{- $_ := required "Please provide the identity issuer certificate" $issuer.crtPEM }}',
    '{{- $_ := required "Please provide the identity issue private key" $issuer.keyPEM }}',
    '{{- end }}',
    ...failing.map(([condition, words]) => `{{- if ${condition} }}{{ fail "${words}" }}{{- end }}`),
    '{{- $config := deepCopy .Values }}',
    '{{- $_ := unset $config.identity.issuer.tls "keyPEM" }}',
    '',
  ].join('\n');
}

/** On what a document depends: an issuer of somebody else's brings its own Secret, a namespace may be there already. */
function wrapped({ kind, metadata }: Manifest, text: string): string {
  const condition =
    metadata.name === 'linkerd-identity-issuer'
      ? 'eq .Values.identity.issuer.scheme "linkerd.io/tls"'
      : kind === 'Namespace'
        ? '.Values.installNamespace'
        : kind === 'CronJob'
          ? 'not .Values.disableHeartBeat'
          : undefined;
  return condition === undefined ? text : `{{- if ${condition} }}\n${text}{{- end }}\n`;
}

/** The template of a release's control plane, without its definitions: the objects of the tool, less what only the tool keeps. */
export function controlPlaneTemplate(release: string): string {
  const { major } = factsOf(release);
  const services = servingServices(release);
  const replacements = replacementsOf(release, services);
  const documents = (ha: boolean): Map<string, string> => {
    const values = mergeValues({ controllerReplicas: 1 }, ha ? haValues : {});
    const material: Material = {
      ...{ context: contextOf(release, ha), trust, serving: standInPairs(services) },
      ...{ values, overrides: {}, minute: 0 },
    };
    const skipped = ({ kind, metadata }: Manifest) =>
      metadata.name === 'linkerd-config-overrides' ||
      // Charts of 2.12 and later leave the namespace to whoever installs them; PodSecurityPolicies are what a value asks for.
      (kind === 'Namespace' && major >= 12) ||
      kind === 'PodSecurityPolicy';
    return new Map(
      renderControlPlane(material)
        .filter((manifest) => !skipped(manifest))
        .map((manifest) => [
          `${manifest.kind} ${manifest.metadata.name}`,
          wrapped(manifest, templated(prepared(manifest), replacements)),
        ]),
    );
  };
  const plain = documents(false);
  const either = [...documents(true)].map(([name, text]) => {
    const usual = plain.get(name) ?? '';
    return usual === text
      ? text
      : `{{- if .Values.enablePodAntiAffinity }}\n${text}{{- else }}\n${usual}{{- end }}\n`;
  });
  return [demands(major), certificateLines(services, namespaceOf(major)), ...either].join('');
}
