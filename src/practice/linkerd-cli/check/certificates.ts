import { X509Certificate } from 'node:crypto';
import { core } from '../cluster.ts';
import { dataOf } from '../io.ts';
import { type CheckContext, needConfig } from './context.ts';
import { type Check, CheckFailure } from './model.ts';

export const SIXTY_DAYS = 60 * 24 * 60 * 60 * 1000;

/** A time as OpenSSL prints it, in the form that the tool uses. */
export const rfc3339 = (text: string): string => new Date(text).toISOString().replace('.000Z', 'Z');
const commonName = (certificate: X509Certificate): string => /CN=(.*)/.exec(certificate.subject)?.[1] ?? '';
const label = (certificate: X509Certificate): string =>
  `\t* ${BigInt(`0x${certificate.serialNumber}`)} ${commonName(certificate)}`;

/** The certificates of a PEM bundle. Throws a CheckFailure where there is none. */
export function certificatesOf(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g);
  if (blocks === null) throw new CheckFailure('not PEM-encoded');
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch (error) {
    throw new CheckFailure(`failed to parse certificate: ${(error as Error).message}`);
  }
}

interface Identity {
  readonly anchors: readonly X509Certificate[];
  readonly issuer: X509Certificate;
}

async function identity(context: CheckContext): Promise<Identity> {
  const config = await needConfig(context);
  const roots = await context.client.get(
    core('configmaps', context.namespace),
    'linkerd-identity-trust-roots',
  );
  const anchorsPem = dataOf(roots, 'ca-bundle.crt') ?? String(config.identityTrustAnchorsPEM ?? '');
  const secret = await context.client.get(core('secrets', context.namespace), 'linkerd-identity-issuer');
  if (secret === undefined) throw new CheckFailure('secrets "linkerd-identity-issuer" not found');
  const pem = dataOf(secret, 'crt.pem') ?? dataOf(secret, 'tls.crt');
  if (pem === undefined) {
    throw new CheckFailure(
      'key crt.pem containing the issuer certificate needs to exist in secret linkerd-identity-issuer if --identity-external-issuer=false',
    );
  }
  return { anchors: certificatesOf(anchorsPem), issuer: certificatesOf(pem)[0]! };
}

function supported(certificate: X509Certificate): boolean {
  const details = certificate.publicKey.asymmetricKeyDetails;
  return certificate.publicKey.asymmetricKeyType !== 'ec' || details?.namedCurve === 'prime256v1';
}

/** Category `linkerd-identity`: anchors and issuer, their times, their chain. */
export function identityChecks(context: CheckContext): Check[] {
  const now = () => context.now().getTime();
  const expired = (one: X509Certificate) => new Date(one.validTo).getTime() < now();
  const early = (one: X509Certificate) => new Date(one.validFrom).getTime() > now();
  const soon = (one: X509Certificate) => new Date(one.validTo).getTime() - now() < SIXTY_DAYS;
  const check = (
    description: string,
    anchor: string,
    severity: Check['severity'],
    judge: (found: Identity) => void,
  ): Check => ({
    description,
    anchor: `l5d-identity-${anchor}`,
    severity,
    run: async () => {
      judge(await identity(context));
      return undefined;
    },
  });
  return [
    check('certificate config is valid', 'cert-config-valid', 'fatal', () => undefined),
    check(
      'trust anchors are using supported crypto algorithm',
      'trustAnchors-use-supported-crypto',
      'fatal',
      ({ anchors }) => {
        const bad = anchors.filter((one) => !supported(one));
        if (bad.length > 0) {
          throw new CheckFailure(
            `Invalid trustAnchors:\n${bad.map((one) => `${label(one)} must use P-256 curve for public key`).join('\n')}`,
          );
        }
      },
    ),
    check(
      'trust anchors are within their validity period',
      'trustAnchors-are-time-valid',
      'fatal',
      ({ anchors }) => {
        const bad = [
          ...anchors
            .filter(expired)
            .map((one) => `${label(one)} not valid anymore. Expired on ${rfc3339(one.validTo)}`),
          ...anchors.filter(early).map((one) => `${label(one)} not valid before: ${rfc3339(one.validFrom)}`),
        ];
        if (bad.length > 0) throw new CheckFailure(`Invalid anchors:\n${bad.join('\n')}`);
      },
    ),
    check(
      'trust anchors are valid for at least 60 days',
      'trustAnchors-not-expiring-soon',
      'warning',
      ({ anchors }) => {
        const bad = anchors.filter(soon);
        if (bad.length > 0) {
          throw new CheckFailure(
            `Anchors expiring soon:\n${bad.map((one) => `${label(one)} will expire on ${rfc3339(one.validTo)}`).join('\n')}`,
          );
        }
      },
    ),
    check(
      'issuer cert is using supported crypto algorithm',
      'issuer-cert-uses-supported-crypto',
      'fatal',
      ({ issuer }) => {
        if (!supported(issuer))
          throw new CheckFailure('issuer certificate must use P-256 curve for public key');
      },
    ),
    check('issuer cert is within its validity period', 'issuer-cert-is-time-valid', 'fatal', ({ issuer }) => {
      if (expired(issuer)) {
        throw new CheckFailure(
          `issuer certificate is not valid anymore. Expired on ${rfc3339(issuer.validTo)}`,
        );
      }
      if (early(issuer)) {
        throw new CheckFailure(`issuer certificate is not valid before: ${rfc3339(issuer.validFrom)}`);
      }
    }),
    check(
      'issuer cert is valid for at least 60 days',
      'issuer-cert-not-expiring-soon',
      'warning',
      ({ issuer }) => {
        if (soon(issuer))
          throw new CheckFailure(`issuer certificate will expire on ${rfc3339(issuer.validTo)}`);
      },
    ),
    check(
      'issuer cert is issued by the trust anchor',
      'issuer-cert-issued-by-trust-anchor',
      'error',
      ({ anchors, issuer }) => {
        if (!anchors.some((anchor) => issuer.verify(anchor.publicKey))) {
          throw new CheckFailure(
            'issuer certificate is not issued by the trust anchor: x509: certificate signed by unknown authority',
          );
        }
      },
    ),
  ];
}
