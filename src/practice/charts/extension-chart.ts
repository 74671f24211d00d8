import { type ExtensionName, extensionServices, renderExtension } from '../../linkerd/extensions.ts';
import { factsOf } from '../../linkerd/facts.ts';
import type { Values } from '../../linkerd/values.ts';
import {
  certificateLines,
  certificateReplacements,
  commonReplacements,
  NAMESPACE,
  standInPairs,
  templated,
} from './template.ts';

/** The values of an extension's chart. */
export const extensionValues = (extension: ExtensionName, release: string): Values => ({
  linkerdVersion: release,
  ...(factsOf(release).major < 12 ? { namespace: `linkerd-${extension}`, installNamespace: true } : {}),
});

/** The template of an extension. Until 2.11 it made its namespace, too. */
export function extensionTemplate(extension: ExtensionName, release: string): string {
  const { major } = factsOf(release);
  const namespace = major >= 12 ? '.Release.Namespace' : '.Values.namespace';
  const services = extensionServices(extension, release);
  const replacements = [
    ...certificateReplacements(services),
    ...commonReplacements(release, namespace, '.Values.linkerdVersion'),
  ];
  return [
    certificateLines(services, namespace),
    ...renderExtension(extension, release, { namespace: NAMESPACE, serving: standInPairs(services) }).map(
      (manifest) => {
        if (manifest.kind !== 'Namespace') return templated(manifest, replacements);
        const named = { ...manifest, metadata: { ...manifest.metadata, name: NAMESPACE } };
        return major >= 12
          ? ''
          : `{{- if .Values.installNamespace }}\n${templated(named, replacements)}{{- end }}\n`;
      },
    ),
  ].join('');
}
