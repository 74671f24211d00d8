/** Credentials and TLS settings that stand in the kubeconfig itself, or in files that it names. */
import { readFileSync } from 'node:fs';
import type { OutgoingHttpHeaders } from 'node:http';
import type { PluginCredential } from './credential-plugins.ts';
import type { CurrentEntry, Fields } from './current-entry.ts';
import { RequestFailure } from './request-failure.ts';

/** What a connection is opened with, in the words of node:tls. PEM. */
export interface TlsSettings {
  readonly ca?: Buffer;
  readonly cert?: Buffer | string;
  readonly key?: Buffer | string;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

/** Throws a `RequestFailure` where a file cannot be read. */
export function tlsSettings({ cluster, user }: CurrentEntry, credential?: PluginCredential): TlsSettings {
  const ca = dataOrFile(cluster, 'certificate-authority');
  const cert = credential?.certificate ?? dataOrFile(user, 'client-certificate');
  const key = credential?.key ?? dataOrFile(user, 'client-key');
  const servername = text(cluster['tls-server-name']);
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(servername === undefined ? {} : { servername }),
    ...(cluster['insecure-skip-tls-verify'] === true ? { rejectUnauthorized: false } : {}),
  };
}

/** Throws a `RequestFailure` where a file cannot be read. */
export function signInHeaders(user: Fields, credential?: PluginCredential): OutgoingHttpHeaders {
  const token = credential?.token ?? tokenOf(user);
  const name = text(user.username);
  const basic = Buffer.from(`${name}:${text(user.password) ?? ''}`).toString('base64');
  return {
    ...(token !== undefined
      ? { authorization: `Bearer ${token}` }
      : name !== undefined
        ? { authorization: `Basic ${basic}` }
        : {}),
    ...impersonation(user),
  };
}

/** Whom else to act as (kubernetes.io, "User impersonation"). */
export function impersonation(user: Fields): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {};
  const [as, uid] = [text(user.as), text(user['as-uid'])];
  if (as !== undefined) headers['impersonate-user'] = as;
  if (uid !== undefined) headers['impersonate-uid'] = uid;
  if (Array.isArray(user['as-groups'])) headers['impersonate-group'] = user['as-groups'].map(String);
  for (const [key, values] of Object.entries((user['as-user-extra'] ?? {}) as Fields)) {
    if (Array.isArray(values)) {
      headers[`impersonate-extra-${encodeURIComponent(key.toLowerCase())}`] = values.map(String);
    }
  }
  return headers;
}

/** A token in a file is replaced while we run, so it counts before one that is written down. */
function tokenOf(user: Fields): string | undefined {
  const file = text(user.tokenFile);
  return file === undefined ? text(user.token) : contentOf(file).toString('utf8').trim();
}

/** Where both are given, kubectl uses the data. */
function dataOrFile(fields: Fields, name: string): Buffer | undefined {
  const data = text(fields[`${name}-data`]);
  if (data !== undefined) return Buffer.from(data, 'base64');
  const file = text(fields[name]);
  return file === undefined ? undefined : contentOf(file);
}

function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new RequestFailure(
      'kubeconfig',
      `A file of the kubeconfig cannot be read: ${(error as Error).message}.`,
      {
        fix: 'Mend the path in the kubeconfig, or log in to the cluster again.',
      },
    );
  }
}

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
