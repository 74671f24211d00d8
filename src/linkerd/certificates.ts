/** What certificates say about themselves and each other: their times, who signed them, whom they speak for. */
import { X509Certificate } from 'node:crypto';
import { stripToLine } from '../runbook/strip-controls.ts';

/** Linkerd warns of what ends within 60 days (`pkg/healthcheck`, l5d-identity-issuer-cert-not-expiring-soon). */
const SOON_MS = 60 * 24 * 60 * 60 * 1000;

/** What is wrong with a certificate, as a sentence about it; undefined: nothing. */
export type CertificateProblem = string | undefined;

const block = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** The certificates of a PEM bundle, or why there are none. */
export function readCertificates(
  pem: string,
):
  | { readonly ok: true; readonly certificates: readonly X509Certificate[] }
  | { readonly ok: false; readonly why: string } {
  const blocks = pem.match(block);
  if (blocks === null) return { ok: false, why: 'there is no PEM certificate in it' };
  try {
    return { ok: true, certificates: blocks.map((one) => new X509Certificate(one)) };
  } catch (error) {
    const why = error instanceof Error ? stripToLine(error.message) : 'unknown form';
    return { ok: false, why: `a certificate in it cannot be read (${why})` };
  }
}

/** The PEM certificates of a text and nothing else of it, a private key beside them least of all; '' where there are none. */
export const certificatesOnly = (text: string): string => (text.match(block) ?? []).join('\n');

/** The common name of its subject, for messages: anybody's text, and no longer than a name is. */
export function commonName(certificate: X509Certificate): string {
  return stripToLine((/(?:^|\n)CN=(.*)/.exec(certificate.subject)?.[1] ?? certificate.subject).slice(0, 100));
}

const rfc3339 = (text: string): string => {
  const at = Date.parse(text);
  return Number.isNaN(at) ? stripToLine(text) : new Date(at).toISOString().replace('.000Z', 'Z');
};

/** Whom it is for and when it is valid, in one line. */
export const describeCertificate = (certificate: X509Certificate): string =>
  `${commonName(certificate)}, valid from ${rfc3339(certificate.validFrom)} to ${rfc3339(certificate.validTo)}`;

/** Over, or not begun yet, at `now` (ms since the epoch). */
export function notValidNow(certificate: X509Certificate, now: number): CertificateProblem {
  const name = commonName(certificate);
  if (Date.parse(certificate.validTo) < now) return `${name} has ended on ${rfc3339(certificate.validTo)}`;
  if (Date.parse(certificate.validFrom) > now) {
    return `${name} begins only on ${rfc3339(certificate.validFrom)}`;
  }
  return undefined;
}

/** It ends within 60 days of `now`. What is over already is none of this one's business. */
export function endsSoon(certificate: X509Certificate, now: number): CertificateProblem {
  const left = Date.parse(certificate.validTo) - now;
  if (left < 0 || left >= SOON_MS) return undefined;
  const days = Math.floor(left / (24 * 60 * 60 * 1000));
  const when = days === 0 ? 'today' : days === 1 ? 'in 1 day' : `in ${days} days`;
  return `${commonName(certificate)} ends ${when}, on ${rfc3339(certificate.validTo)}`;
}

/**
 * It ends soon, and nobody seems to renew it: within 60 days, or in the last quarter of its time where that is shorter, so that
 * the short ones that a tool renews every day are not always about to end.
 */
export function renewalIsDue(certificate: X509Certificate, now: number): CertificateProblem {
  const until = Date.parse(certificate.validTo);
  return until - now < (until - Date.parse(certificate.validFrom)) / 4
    ? endsSoon(certificate, now)
    : undefined;
}

/** Linkerd's identity takes ECDSA P-256 and nothing else of the curves (`pkg/issuercerts`). */
export function unsupportedKey(certificate: X509Certificate): CertificateProblem {
  const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
  const curve = asymmetricKeyDetails?.namedCurve;
  return asymmetricKeyType === 'ec' && curve !== 'prime256v1'
    ? `${commonName(certificate)} has a key on the curve ${curve}, and has to be on P-256`
    : undefined;
}

/** Whether one of the anchors has signed it, or is it. */
export function isSignedBy(certificate: X509Certificate, anchors: readonly X509Certificate[]): boolean {
  return anchors.some(
    (anchor) => anchor.fingerprint256 === certificate.fingerprint256 || verifies(certificate, anchor),
  );
}

function verifies(certificate: X509Certificate, anchor: X509Certificate): boolean {
  try {
    return certificate.verify(anchor.publicKey);
  } catch {
    return false;
  }
}

/** Whether one of the anchors has signed the first of a chain, directly or through the others of the chain. */
export function isIssuedBy(chain: readonly X509Certificate[], anchors: readonly X509Certificate[]): boolean {
  const [leaf, ...between] = chain;
  const through = between.filter((one) => isSignedBy(one, anchors));
  return leaf !== undefined && isSignedBy(leaf, [...anchors, ...through]);
}

/** Why the API server would not trust a service of Linkerd's: what it trusts there does not fit what is served. */
export type ServingProblem =
  | { readonly type: 'no-bundle'; readonly why: string }
  | { readonly type: 'unreadable'; readonly why: string }
  | { readonly type: 'not-valid-now'; readonly why: string }
  | { readonly type: 'untrusted' }
  | { readonly type: 'other-host'; readonly host: string };

/** Looks at a serving certificate (with its chain, PEM) as whoever trusts the bundle would; undefined: nothing is wrong. */
export function servingProblem(serving: {
  readonly bundle: string;
  readonly served: string;
  readonly host: string | undefined;
  readonly now: number;
}): ServingProblem | undefined {
  const { host, now } = serving;
  const trusted = readCertificates(serving.bundle);
  if (!trusted.ok) return { type: 'no-bundle', why: trusted.why };
  const served = readCertificates(serving.served);
  if (!served.ok) return { type: 'unreadable', why: served.why };
  const leaf = served.certificates[0]!;
  const late = notValidNow(leaf, now);
  if (late !== undefined) return { type: 'not-valid-now', why: late };
  if (!isIssuedBy(served.certificates, trusted.certificates)) return { type: 'untrusted' };
  return host !== undefined && !speaksFor(leaf, host) ? { type: 'other-host', host } : undefined;
}

/** Whether a server with this certificate may answer for the host. */
export function speaksFor(certificate: X509Certificate, host: string): boolean {
  return certificate.checkHost(host) !== undefined;
}
