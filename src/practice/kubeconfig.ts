import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** How to reach and to convince an API server. */
export interface Connection {
  readonly server: string;
  readonly ca: string | undefined;
  readonly insecure: boolean;
  readonly token: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

interface Named {
  readonly name: string;
}

function named<T extends Named>(items: readonly T[] | undefined, name: string | undefined, what: string): T {
  const found = items?.find((item) => item.name === name);
  if (!found) throw new Error(`the kubeconfig has no ${what} named ${name ?? '(none is current)'}`);
  return found;
}

const decoded = (data: string | undefined) => (data ? Buffer.from(data, 'base64').toString() : undefined);
const content = (data: string | undefined, file: string | undefined) =>
  decoded(data) ?? (file ? readFileSync(file, 'utf8') : undefined);

/**
 * The connection of a kubeconfig's current context: tokens and certificates, inline or in files. Throws when the context,
 * its cluster or its user is missing. Authentication plugins are not run: the practice cluster needs none.
 */
export function parseKubeconfig(text: string): Connection {
  const config = parse(text);
  const { context } = named<Named & { context: { cluster: string; user: string } }>(
    config.contexts,
    config['current-context'],
    'context',
  );
  const { cluster } = named<Named & { cluster: Record<string, string> }>(
    config.clusters,
    context.cluster,
    'cluster',
  );
  const { user } = named<Named & { user: Record<string, string> }>(config.users, context.user, 'user');
  const token = user.token ?? content(undefined, user.tokenFile)?.trim();
  return {
    server: cluster.server ?? '',
    ca: content(cluster['certificate-authority-data'], cluster['certificate-authority']),
    insecure: String(cluster['insecure-skip-tls-verify']) === 'true',
    token,
    cert: content(user['client-certificate-data'], user['client-certificate']),
    key: content(user['client-key-data'], user['client-key']),
  };
}
