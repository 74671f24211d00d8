/** Manifests as the text of a Helm template: what differs from one installation to the next is rendered as a stand-in, then named. */
import { stringify } from 'yaml';
import type { Manifest } from '../../linkerd/manifest.ts';
import type { KeyPair } from '../../linkerd/pki.ts';

/** What is put in the place of a stand-in: a text of the manifests, and the expression that gives it its value. */
export type Replacement = readonly [standIn: string, expression: string];

/** The namespace that manifests for a template are rendered with. */
export const NAMESPACE = 'stand-in-for-the-namespace';

/** How a serving certificate is called within a template: `$linkerdProxyInjector`. */
const variableOf = (service: string): string =>
  `$${service.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())}`;

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** A key pair to render with in the place of each service's certificate. */
export const standInPairs = (services: readonly string[]): Record<string, KeyPair> =>
  Object.fromEntries(
    services.map((name) => [name, { certPem: `certificate of ${name}`, keyPem: `key of ${name}` }]),
  );

/** Lines that make a certificate for each service, anew with every rendering: what the real charts do, for a year. */
export const certificateLines = (services: readonly string[], namespace: string): string =>
  services
    .map((name) => {
      const host = `(printf "${name}.%s.svc" ${namespace})`;
      return `{{- ${variableOf(name)} := genSelfSignedCert ${host} (list) (list ${host}) 365 }}\n`;
    })
    .join('');

/** What the stand-ins of `standInPairs` become. */
export const certificateReplacements = (services: readonly string[]): Replacement[] =>
  services.flatMap((name): Replacement[] => [
    [base64(`certificate of ${name}`), `${variableOf(name)}.Cert | b64enc`],
    [base64(`key of ${name}`), `${variableOf(name)}.Key | b64enc`],
  ]);

/** The certificates of these services in one expression, for a checksum. */
export const certificatesTogether = (services: readonly string[]): string =>
  `(list ${services.map((name) => `${variableOf(name)}.Cert`).join(' ')} | join "")`;

/** One manifest as a document of a template. */
export function templated(manifest: Manifest, replacements: readonly Replacement[]): string {
  const text = `---\n${stringify(manifest, { lineWidth: 0, aliasDuplicateObjects: false })}`;
  return replacements.reduce(
    (done, [standIn, expression]) => done.replaceAll(standIn, `{{ ${expression} }}`),
    text,
  );
}

/** What every chart says of a release: made by Helm, in the namespace of its own, and of the version that the values name. */
export const commonReplacements = (release: string, namespace: string, version: string): Replacement[] => [
  [NAMESPACE, namespace],
  [`linkerd/cli ${release}`, `printf "linkerd/helm %s" ${version}`],
  [release, version],
];
