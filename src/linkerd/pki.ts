// The certificate library wants this before it is loaded.
import 'reflect-metadata';
import { KeyObject, type webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { authorityExtensions, generateKeys, P256, serialNumber } from './p256.ts';

/** A certificate and its private key, both PEM; the key is SEC1 (`EC PRIVATE KEY`), the form that Linkerd reads. */
export interface KeyPair {
  readonly certPem: string;
  readonly keyPem: string;
}

/** The identity of a mesh: the anchor that every proxy trusts, and the issuer that signs their certificates. */
export interface Trust {
  readonly anchorPem: string;
  readonly issuer: KeyPair;
}

interface TrustOptions {
  /** The moment from which the certificates are valid; now unless told. */
  readonly from?: Date;
  readonly anchorDays?: number;
  readonly issuerDays?: number;
}

const DAY = 24 * 60 * 60 * 1000;
/** Clocks of two machines differ a little. */
const SKEW = 60 * 1000;

function sec1(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: 'sec1', format: 'pem' }).toString();
}

const lines = (pem: string): string => `${pem.trim()}\n`;

/** A new trust anchor `root.linkerd.cluster.local` and an issuer `identity.linkerd.cluster.local` signed by it, ECDSA P-256 both. */
export async function createTrust(options: TrustOptions = {}): Promise<Trust> {
  const from = new Date((options.from ?? new Date()).getTime() - SKEW);
  const until = (days: number) => new Date(from.getTime() + days * DAY);
  const rootName = 'CN=root.linkerd.cluster.local';
  const issuerName = 'identity.linkerd.cluster.local';
  const rootKeys = await generateKeys();
  const root = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: serialNumber(),
      name: rootName,
      notBefore: from,
      notAfter: until(options.anchorDays ?? 3650),
      keys: rootKeys,
      signingAlgorithm: P256,
      extensions: authorityExtensions(undefined),
    },
    crypto,
  );
  const issuerKeys = await generateKeys();
  const issuer = await X509CertificateGenerator.create(
    {
      serialNumber: serialNumber(),
      subject: `CN=${issuerName}`,
      issuer: rootName,
      notBefore: from,
      notAfter: until(options.issuerDays ?? 365),
      publicKey: issuerKeys.publicKey,
      signingKey: rootKeys.privateKey,
      signingAlgorithm: P256,
      extensions: [
        ...authorityExtensions(0),
        new SubjectAlternativeNameExtension([{ type: 'dns', value: issuerName }]),
      ],
    },
    crypto,
  );
  return {
    anchorPem: lines(root.toString('pem')),
    issuer: { certPem: lines(issuer.toString('pem')), keyPem: sec1(issuerKeys.privateKey) },
  };
}

/** A self-signed serving certificate for `SERVICE.NAMESPACE.svc`, as webhooks have: it is its own CA bundle. */
export async function createServingCertificate(
  service: string,
  namespace: string,
  options: { readonly from?: Date; readonly days?: number } = {},
): Promise<KeyPair> {
  const from = new Date((options.from ?? new Date()).getTime() - SKEW);
  const host = `${service}.${namespace}.svc`;
  const keys = await generateKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: serialNumber(),
      name: `CN=${host}`,
      notBefore: from,
      notAfter: new Date(from.getTime() + (options.days ?? 365) * DAY),
      keys,
      signingAlgorithm: P256,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
        new SubjectAlternativeNameExtension([{ type: 'dns', value: host }]),
      ],
    },
    crypto,
  );
  return { certPem: lines(certificate.toString('pem')), keyPem: sec1(keys.privateKey) };
}
