/** The identity of the mesh: anchors and issuer, their times, their chain. */
import type { X509Certificate } from 'node:crypto';
import {
  endsSoon,
  isIssuedBy,
  notValidNow,
  readCertificates,
  unsupportedKey,
} from '../../linkerd/certificates.ts';
import type { CheckLine } from '../../linkerd/check-report.ts';
import type { KubeObject } from '../objects.ts';
import { type CheckContext, core } from './context.ts';
import { failure, judged, listed, type Verdict, warning, writer } from './lines.ts';
import type { Seen } from './look.ts';

type Certificates = Seen<readonly X509Certificate[]> | { readonly type: 'unreadable'; readonly why: string };

/** Category `linkerd-identity`. */
export async function identityLines(context: CheckContext): Promise<readonly CheckLine[]> {
  const { now, hints } = context;
  const line = writer('linkerd-identity', hints);
  const [anchors, issuer] = await Promise.all([trustAnchors(context), issuerChain(context)]);
  const noAnchors = 'Neither linkerd-identity-trust-roots nor linkerd-config holds trust anchors.';
  const noIssuer = `There is no Secret ${context.namespace}/linkerd-identity-issuer.`;
  const about =
    (certificates: Certificates, missing: string) =>
    (problem: (one: X509Certificate) => string | undefined, severity: (error: string) => Verdict): Verdict =>
      verdict(certificates, missing, (all) => {
        const found = all.map(problem).filter((one) => one !== undefined);
        return found.length === 0 ? 'ok' : severity(listed(found));
      });
  const ofAnchors = about(anchors, noAnchors);
  const ofIssuer = about(
    issuer.type === 'found' ? { ...issuer, value: issuer.value.slice(0, 1) } : issuer,
    noIssuer,
  );
  const id = (name: string) => `l5d-identity-${name}`;
  return [
    line(
      'trust anchors are using supported crypto algorithm',
      id('trustAnchors-use-supported-crypto'),
      ofAnchors(unsupportedKey, failure),
    ),
    line(
      'trust anchors are within their validity period',
      id('trustAnchors-are-time-valid'),
      ofAnchors((one) => notValidNow(one, now), failure),
    ),
    line(
      'trust anchors are valid for at least 60 days',
      id('trustAnchors-not-expiring-soon'),
      ofAnchors((one) => endsSoon(one, now), warning),
    ),
    line(
      'issuer cert is using supported crypto algorithm',
      id('issuer-cert-uses-supported-crypto'),
      ofIssuer(unsupportedKey, failure),
    ),
    line(
      'issuer cert is within its validity period',
      id('issuer-cert-is-time-valid'),
      ofIssuer((one) => notValidNow(one, now), failure),
    ),
    line(
      'issuer cert is valid for at least 60 days',
      id('issuer-cert-not-expiring-soon'),
      ofIssuer((one) => endsSoon(one, now), warning),
    ),
    line(
      'issuer cert is issued by the trust anchor',
      id('issuer-cert-issued-by-trust-anchor'),
      verdict(anchors, noAnchors, (trusted) =>
        verdict(issuer, noIssuer, (chain) =>
          isIssuedBy(chain, trusted)
            ? 'ok'
            : failure('None of the trust anchors has signed it: proxies would not trust each other.'),
        ),
      ),
    ),
  ];
}

function verdict(
  certificates: Certificates,
  missing: string,
  judge: (found: readonly X509Certificate[]) => Verdict,
): Verdict {
  return certificates.type === 'unreadable'
    ? failure(`It cannot be used: ${certificates.why}.`)
    : judged(certificates, missing, judge);
}

/** The bundle that is mounted (2.11 and later), or else the one in the stored values. */
async function trustAnchors({ look, namespace, config }: CheckContext): Promise<Certificates> {
  const roots = await look.get(core('configmaps', namespace), 'linkerd-identity-trust-roots');
  const bundle = roots.type === 'found' ? textOf(roots.value, 'ca-bundle.crt') : undefined;
  const stored = config.type === 'found' ? config.value.trustAnchorsPem : '';
  const pem = bundle ?? stored;
  if (pem.trim() !== '') return read(pem);
  return roots.type === 'unseen' ? roots : config.type === 'unseen' ? config : { type: 'missing' };
}

/** The issuer first, then what may stand between it and the anchors. `crt.pem` is Linkerd's own scheme, `tls.crt` Kubernetes'. */
async function issuerChain({ look, namespace }: CheckContext): Promise<Certificates> {
  const secret = await look.get(core('secrets', namespace), 'linkerd-identity-issuer');
  if (secret.type !== 'found') return secret;
  const pem = decoded(secret.value, 'crt.pem') ?? decoded(secret.value, 'tls.crt');
  return pem === undefined ? { type: 'unreadable', why: 'it has neither crt.pem nor tls.crt' } : read(pem);
}

function read(pem: string): Certificates {
  const found = readCertificates(pem);
  return found.ok ? { type: 'found', value: found.certificates } : { type: 'unreadable', why: found.why };
}

/** A key of a ConfigMap. */
function textOf(object: KubeObject, key: string): string | undefined {
  const value: unknown = Object(object.data)[key];
  return typeof value === 'string' ? value : undefined;
}

/** A key of a Secret. */
export function decoded(object: KubeObject, key: string): string | undefined {
  const text = textOf(object, key);
  return text === undefined ? undefined : Buffer.from(text, 'base64').toString('utf8');
}
