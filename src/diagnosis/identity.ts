/** The identity of a mesh as its objects hold it: the anchors that proxies trust, and the issuer that signs for them. */
import type { X509Certificate } from 'node:crypto';
import { readCertificates } from '../linkerd/certificates.ts';
import { record } from '../rollout/json.ts';
import type { ControlPlane, View } from './view.ts';
import { secretText } from './webhooks.ts';

/** Certificates with the place that they were read from. */
export interface CertificatesAt {
  /** `ConfigMap linkerd/linkerd-identity-trust-roots` */
  readonly ref: string;
  readonly path: string;
  readonly found: ReturnType<typeof readCertificates>;
}

/** The bundle that is mounted (2.11 and later), or undefined where that ConfigMap is not there. */
export function mountedAnchors(view: View, { namespace }: ControlPlane): CertificatesAt | undefined {
  const name = 'linkerd-identity-trust-roots';
  const pem = record(view.object('configMaps', namespace, name)?.data)['ca-bundle.crt'];
  if (typeof pem !== 'string') return undefined;
  const ref = `ConfigMap ${namespace}/${name}`;
  return { ref, path: 'data["ca-bundle.crt"]', found: readCertificates(pem) };
}

/** The anchors among the values that the next upgrade starts from; undefined where there are none. */
export function storedAnchors({ namespace, config }: ControlPlane): CertificatesAt | undefined {
  const pem = config?.trustAnchorsPem ?? '';
  if (pem.trim() === '') return undefined;
  const ref = `ConfigMap ${namespace}/linkerd-config`;
  return { ref, path: 'data.values identityTrustAnchorsPEM', found: readCertificates(pem) };
}

/** What proxies that start now trust. */
export const trustAnchors = (view: View, plane: ControlPlane): CertificatesAt | undefined =>
  mountedAnchors(view, plane) ?? storedAnchors(plane);

/**
 * The issuer first, then what may stand between it and the anchors. `crt.pem` is Linkerd's own scheme, `tls.crt` Kubernetes'.
 * Undefined where its Secret is not there; no certificate in it is one that cannot be read.
 */
export function issuerChain(view: View, { namespace }: ControlPlane): CertificatesAt | undefined {
  const name = 'linkerd-identity-issuer';
  const secret = view.object('secrets', namespace, name);
  if (secret === undefined) return undefined;
  const keys = ['crt.pem', 'tls.crt'];
  const key =
    keys.find((one) => secretText(secret, one) !== '') ??
    keys.find((one) => Object.hasOwn(record(secret.data), one)) ??
    'crt.pem';
  return {
    ref: `Secret ${namespace}/${name}`,
    path: `data["${key}"]`,
    found: readCertificates(secretText(secret, key)),
  };
}

/** The fingerprints of certificates, sorted: two bundles with the same are the same. */
export const fingerprints = (certificates: readonly X509Certificate[]): readonly string[] =>
  [...new Set(certificates.map(({ fingerprint256 }) => fingerprint256))].sort();
