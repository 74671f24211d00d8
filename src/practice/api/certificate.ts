// The certificate library wants this before it is loaded.
import 'reflect-metadata';
import { KeyObject } from 'node:crypto';
import {
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { authorityExtensions, generateKeys, P256, serialNumber } from '../../linkerd/p256.ts';

/** What a server shows to its clients, all PEM; the key is PKCS #8. */
export interface ServingCertificate {
  /** The authority that a kubeconfig trusts, PEM. */
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

const YEAR = 365 * 24 * 3600 * 1000;

/** A fresh authority, and a certificate of it for 127.0.0.1 and localhost; the authority's key is dropped. */
export async function createServingCertificate(): Promise<ServingCertificate> {
  const notBefore = new Date(Date.now() - 3600_000);
  const notAfter = new Date(Date.now() + YEAR);
  const issuer = 'CN=practice-ca';
  const [authorityKeys, keys] = await Promise.all([generateKeys(), generateKeys()]);
  const common = { notBefore, notAfter, signingAlgorithm: P256 };
  const authority = await X509CertificateGenerator.createSelfSigned(
    {
      ...common,
      serialNumber: serialNumber(),
      name: issuer,
      keys: authorityKeys,
      extensions: authorityExtensions(undefined),
    },
    crypto,
  );
  const certificate = await X509CertificateGenerator.create(
    {
      ...common,
      serialNumber: serialNumber(),
      subject: 'CN=practice-apiserver',
      issuer,
      publicKey: keys.publicKey,
      signingKey: authorityKeys.privateKey,
      extensions: [
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension([
          { type: 'ip', value: '127.0.0.1' },
          { type: 'dns', value: 'localhost' },
        ]),
      ],
    },
    crypto,
  );
  return {
    authority: authority.toString('pem'),
    certificate: certificate.toString('pem'),
    key: KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
