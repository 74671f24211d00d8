import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createServingCertificate, createTrust } from '../../src/linkerd/pki.ts';

describe('a trust', () => {
  it('is an anchor and an issuer signed by it, on the curve that Linkerd asks for', async () => {
    const trust = await createTrust();
    const anchor = new X509Certificate(trust.anchorPem);
    const issuer = new X509Certificate(trust.issuer.certPem);
    expect(anchor.subject).toBe('CN=root.linkerd.cluster.local');
    expect(issuer.subject).toBe('CN=identity.linkerd.cluster.local');
    expect(anchor.ca && issuer.ca).toBe(true);
    expect(issuer.checkIssued(anchor)).toBe(true);
    expect(issuer.verify(anchor.publicKey)).toBe(true);
    expect(issuer.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(issuer.checkPrivateKey(createPrivateKey(trust.issuer.keyPem))).toBe(true);
    expect(trust.issuer.keyPem).toMatch(/^-----BEGIN EC PRIVATE KEY-----/);
  });

  it('can be one that has run out', async () => {
    const trust = await createTrust({ from: new Date('2020-01-01T00:00:00Z'), issuerDays: 30 });
    expect(new Date(new X509Certificate(trust.issuer.certPem).validTo).toISOString()).toBe(
      '2020-01-30T23:59:00.000Z',
    );
  });

  it('is another one each time', async () => {
    const [one, two] = [await createTrust(), await createTrust()];
    expect(one.anchorPem).not.toBe(two.anchorPem);
  });
});

it('makes serving certificates for a service and for no other host', async () => {
  const pair = await createServingCertificate('linkerd-proxy-injector', 'linkerd');
  const certificate = new X509Certificate(pair.certPem);
  expect(certificate.checkHost('linkerd-proxy-injector.linkerd.svc')).toBeDefined();
  expect(certificate.checkHost('linkerd-proxy-injector.other.svc')).toBeUndefined();
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.ca).toBe(false);
});
