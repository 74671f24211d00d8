import { crdManifests } from '../../linkerd/crds.ts';
import { factsOf } from '../../linkerd/facts.ts';
import type { Values } from '../../linkerd/values.ts';
import { commonReplacements, NAMESPACE, templated } from './template.ts';

/** The value that says whether a definition of the Gateway API comes along; undefined for Linkerd's own, which always do. */
function switchOf(name: string, major: number): string | undefined {
  if (!name.endsWith('.gateway.networking.k8s.io')) return undefined;
  if (major >= 18) return 'installGatewayAPI';
  if (name.startsWith('tls')) return 'enableTlsRoutes';
  return name.startsWith('tcp') ? 'enableTcpRoutes' : 'enableHttpRoutes';
}

/** The template of a release's definitions. */
export function crdsTemplate(release: string, namespace: string): string {
  const { major } = factsOf(release);
  const replacements = commonReplacements(release, namespace, '.Chart.AppVersion');
  return crdManifests(release, { namespace: NAMESPACE, gatewayApi: true })
    .map((manifest) => {
      const text = templated(manifest, replacements);
      const on = switchOf(manifest.metadata.name, major);
      return on === undefined ? text : `{{- if .Values.${on} }}\n${text}{{- end }}\n`;
    })
    .join('');
}

/** Its values: the Gateway API came along until 2.18, and only on request after that. */
export function crdsValues(release: string): Values {
  const { major } = factsOf(release);
  if (major >= 18) return { installGatewayAPI: major === 18 };
  if (major < 14) return {};
  return { enableHttpRoutes: true, ...(major >= 17 ? { enableTlsRoutes: true, enableTcpRoutes: true } : {}) };
}
