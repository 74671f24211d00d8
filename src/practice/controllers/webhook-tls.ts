import { X509Certificate } from 'node:crypto';

const checked = new Map<string, string | undefined>();

/** What TLS has against the certificate that a webhook serves, in the words of Go's library. */
export function certificateProblem(
  serving: string,
  bundle: string,
  host: string,
  now: number,
): string | undefined {
  const key = `${serving}\n${bundle}`;
  if (!checked.has(key)) {
    if (checked.size > 20) checked.clear();
    checked.set(key, authorityProblem(serving, bundle));
  }
  const problem = checked.get(key);
  if (problem !== undefined) return problem;
  try {
    const certificate = new X509Certificate(Buffer.from(serving, 'base64'));
    const from = Date.parse(certificate.validFrom);
    const until = Date.parse(certificate.validTo);
    const at = `${new Date(now).toISOString().slice(0, 19)}Z`;
    const failed = 'tls: failed to verify certificate: x509:';
    if (now > until)
      return `${failed} certificate has expired or is not yet valid: current time ${at} is after ${new Date(until).toISOString().slice(0, 19)}Z`;
    if (now < from - 60_000)
      return `${failed} certificate has expired or is not yet valid: current time ${at} is before ${new Date(from).toISOString().slice(0, 19)}Z`;
    return certificate.checkHost(host) === undefined
      ? `${failed} certificate is not valid for ${host}`
      : undefined;
  } catch {
    return 'remote error: tls: internal error';
  }
}

function authorityProblem(serving: string, bundle: string): string | undefined {
  const unknown = 'tls: failed to verify certificate: x509: certificate signed by unknown authority';
  try {
    const certificate = new X509Certificate(Buffer.from(serving, 'base64'));
    const authorities = Buffer.from(bundle, 'base64')
      .toString()
      .split(/(?<=-----END CERTIFICATE-----)/)
      .filter((pem) => pem.includes('BEGIN CERTIFICATE'))
      .map((pem) => new X509Certificate(pem));
    const trusted = authorities.some(
      (authority) =>
        authority.fingerprint256 === certificate.fingerprint256 || certificate.verify(authority.publicKey),
    );
    return trusted ? undefined : unknown;
  } catch {
    return unknown;
  }
}
