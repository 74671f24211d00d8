import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { createServingCertificate } from '../../../src/practice/api/certificate.ts';

/** What the programs of a control plane read at their start: paths. */
export interface ServerFiles {
  readonly signingKey: string;
  readonly verifyingKey: string;
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
  readonly tokens: string;
  /** PEM of the authority that signed the serving certificate. */
  readonly authorityPem: string;
}

/** Who may come in: the administrator, and somebody who may look at a few things. */
export const TOKENS = { admin: 'admin-token-of-a-test-server', viewer: 'viewer-token-of-a-test-server' };

/** Writes keys, certificates and tokens of a new control plane. */
export async function writeServerFiles(folder: string): Promise<ServerFiles> {
  const at = (name: string) => join(folder, name);
  const files = {
    signingKey: at('sa.key'),
    verifyingKey: at('sa.pub'),
    authority: at('ca.crt'),
    certificate: at('apiserver.crt'),
    key: at('apiserver.key'),
    tokens: at('tokens.csv'),
  };
  const accounts = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const serving = await createServingCertificate();
  await Promise.all([
    writeFile(files.signingKey, accounts.privateKey.export({ type: 'pkcs1', format: 'pem' })),
    writeFile(files.verifyingKey, accounts.publicKey.export({ type: 'spki', format: 'pem' })),
    writeFile(files.authority, serving.authority),
    writeFile(files.certificate, serving.certificate),
    writeFile(files.key, serving.key),
    // system:masters needs no RBAC object to be let in.
    writeFile(
      files.tokens,
      `${TOKENS.admin},admin,admin,"system:masters"\n${TOKENS.viewer},viewer,viewer,"viewers"\n`,
    ),
  ]);
  return { ...files, authorityPem: serving.authority };
}

/** A kubeconfig (YAML) with one context, named like the user. */
export function kubeconfigText(server: string, authorityPem: string, user: string, token: string): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': user,
    clusters: [
      {
        name: 'test-server',
        cluster: {
          server,
          'certificate-authority-data': Buffer.from(authorityPem).toString('base64'),
        },
      },
    ],
    users: [{ name: user, user: { token } }],
    contexts: [{ name: user, context: { cluster: 'test-server', user } }],
  });
}
