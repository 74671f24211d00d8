import { isIssuedBy, notValidNow, readCertificates } from '../../linkerd/certificates.ts';
import { PROXY_CONTAINER, TRUST_ANCHORS_ENV } from '../../linkerd/proxy.ts';
import type { KubeObject } from '../kube-client.ts';
import { trustAnchors } from './injector.ts';
import type { Caches } from './resources.ts';

/** Whether the identity service of a control plane can sign a certificate that the proxy of this pod trusts. */
export function issuerIsGood(pod: KubeObject, plane: string, caches: Caches, now: number): boolean {
  const data = caches.secrets.get(plane, 'linkerd-identity-issuer')?.data;
  const encoded: unknown = data?.['crt.pem'] ?? data?.['tls.crt'];
  if (typeof encoded !== 'string') return false;
  const chain = trustedChain(encoded, anchorsOf(pod) ?? trustAnchors(caches, plane));
  return chain?.ok === true && chain.certificates.every((each) => notValidNow(each, now) === undefined);
}

interface Env {
  readonly name: string;
  readonly value?: string;
}

interface Container {
  readonly name: string;
  readonly env?: readonly Env[];
}

/** The anchors that a proxy was injected with; the control plane's own are given them by the ConfigMap. */
function anchorsOf({ spec }: KubeObject): string | undefined {
  const containers: readonly Container[] = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
  const proxy = containers.find(({ name }) => name === PROXY_CONTAINER);
  return proxy?.env?.find(({ name }) => name === TRUST_ANCHORS_ENV)?.value;
}

/** Pairs of an issuer and anchors are few, and asked about for every probe of every pod. */
const chains = new Map<string, ReturnType<typeof readCertificates> | undefined>();

/** The issuer's chain, where the anchors have signed it. */
function trustedChain(encoded: string, anchors: string): ReturnType<typeof readCertificates> | undefined {
  const key = `${encoded}\n${anchors}`;
  if (!chains.has(key)) {
    if (chains.size > 20) chains.clear();
    const chain = readCertificates(Buffer.from(encoded, 'base64').toString());
    const bundle = readCertificates(anchors);
    const trusted = chain.ok && bundle.ok && isIssuedBy(chain.certificates, bundle.certificates);
    chains.set(key, trusted ? chain : undefined);
  }
  return chains.get(key);
}
