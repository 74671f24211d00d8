// The certificate library wants this before it is loaded.
import 'reflect-metadata';
import type { webcrypto } from 'node:crypto';
import { BasicConstraintsExtension, KeyUsageFlags, KeyUsagesExtension } from '@peculiar/x509';

/** Keys and signatures of every certificate here: ECDSA on P-256 with SHA-256, the only kind that Linkerd takes for its mesh. */
export const P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** A new pair of keys, which can be exported. */
export function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(P256, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;
}

/** A random serial number of 8 bytes, in hex: positive, so its first bit is clear, and without leading zeros. */
export function serialNumber(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  bytes[0] = (bytes[0]! & 0x3f) | 0x40;
  return Buffer.from(bytes).toString('hex');
}

/** What makes a certificate an authority; `pathLength` is how many authorities may stand beneath it, any number when undefined. */
export const authorityExtensions = (pathLength: number | undefined) => [
  new BasicConstraintsExtension(true, pathLength, true),
  new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
];
