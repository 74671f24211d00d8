import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../clock.ts';
import { KubeError, untilTold } from '../kube-client.ts';
import { VIEWER } from './access.ts';
import type { ApiContext } from './api-context.ts';
import { createServingCertificate } from './certificate.ts';
import { ApiError } from './errors.ts';
import { practiceKubeconfig } from './kubeconfig.ts';
import { ADMIN, type User } from './options.ts';
import { type ApiRequest, readBody } from './request.ts';
import { sendError } from './respond.ts';
import { Documents, route } from './routes.ts';
import type { Store } from './store.ts';

interface ApiOptions {
  readonly store: Store;
  /** The bearer token of the cluster's administrator; it is written into the kubeconfig. */
  readonly token: string;
  /** A second token, whose holder may look at everything but Secrets. */
  readonly viewerToken?: string;
  readonly clock: Pick<Clock, 'now'>;
  /** A free port of 127.0.0.1 unless told. */
  readonly port?: number;
  /** Called with a line for each request: method, path, status, milliseconds. */
  readonly log?: (line: string) => void;
}

/** An API server that listens. */
export interface RunningApi {
  readonly url: string;
  /** YAML. Cluster, context and user are named `practice`. */
  readonly kubeconfig: string;
  /** The same for the viewer's token, when there is one. */
  readonly viewerKubeconfig: string | undefined;
  /** The authority of the server's certificate, PEM. */
  readonly authority: string;
  /** Ends open watches and stops listening. */
  close(): Promise<void>;
}

function userOf(message: IncomingMessage, tokens: ReadonlyMap<string, User>): User {
  const token = /^Bearer (.+)$/.exec(message.headers.authorization ?? '')?.[1];
  const user = token === undefined ? undefined : tokens.get(token);
  if (!user) throw new ApiError(401, 'Unauthorized', 'Unauthorized');
  const other = message.headers['impersonate-user'];
  if (typeof other !== 'string') return user;
  if (!user.groups.includes('system:masters')) {
    const why = `User "${user.name}" cannot impersonate resource "users" in API group "" at the cluster scope`;
    throw new ApiError(403, 'Forbidden', `users "${other}" is forbidden: ${why}`);
  }
  const groups = message.headers['impersonate-group'];
  return { name: other, groups: [...(groups === undefined ? [] : [groups].flat()), 'system:authenticated'] };
}

async function understand(message: IncomingMessage, tokens: ReadonlyMap<string, User>): Promise<ApiRequest> {
  const url = new URL(message.url ?? '/', 'https://practice');
  return {
    method: message.method ?? 'GET',
    path: url.pathname,
    segments: url.pathname
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent),
    query: url.searchParams,
    accept: message.headers.accept ?? '',
    contentType: message.headers['content-type'] ?? '',
    gzip: /\bgzip\b/.test(String(message.headers['accept-encoding'] ?? '')),
    user: userOf(message, tokens),
    userAgent: message.headers['user-agent'] ?? '',
    body: await readBody(message),
  };
}

function refuse(error: unknown, request: Pick<ApiRequest, 'gzip'>, response: ServerResponse): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const known = error instanceof KubeError ? error : undefined;
  const text = error instanceof Error ? error.message : String(error);
  sendError(
    request,
    response,
    known ?? new ApiError(500, 'InternalError', `Internal error occurred: ${text}`),
  );
}

/** Writes the authority where extension API servers look for it; `linkerd check --pre` wants to find one there. */
function tellAuthority(store: Store, authority: string): void {
  const data = { 'client-ca-file': authority, 'requestheader-client-ca-file': authority };
  const configMaps = store.resource('v1', 'configmaps');
  store.patch(configMaps, 'kube-system', 'extension-apiserver-authentication', 'merge', { data });
}

/** Starts the HTTPS API server of a practice cluster on 127.0.0.1, with a certificate made for it. */
export async function startApi(options: ApiOptions): Promise<RunningApi> {
  const { store, clock, log } = options;
  const { authority, certificate, key } = await createServingCertificate();
  tellAuthority(store, authority);
  const tokens = new Map<string, User>([[options.token, ADMIN]]);
  if (options.viewerToken) tokens.set(options.viewerToken, VIEWER);
  const documents = new Documents(store);
  let context: ApiContext = { store, clock, tokens, host: '127.0.0.1' };

  const server = createServer({ key, cert: certificate }, async (message, response) => {
    const began = performance.now();
    if (log) {
      response.on('finish', () => {
        log(
          `${message.method} ${message.url} ${response.statusCode} ${Math.round(performance.now() - began)}ms`,
        );
      });
    }
    let request: Pick<ApiRequest, 'gzip'> = { gzip: false };
    try {
      const understood = await understand(message, tokens);
      request = understood;
      await route(context, documents, understood, response);
    } catch (error) {
      await untilTold(error);
      refuse(error, request, response);
    }
  });
  server.keepAliveTimeout = 60_000;
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const url = `https://127.0.0.1:${port}`;
  context = { ...context, host: `127.0.0.1:${port}` };
  const { viewerToken } = options;
  return {
    url,
    authority,
    kubeconfig: practiceKubeconfig(url, options.token, authority),
    viewerKubeconfig: viewerToken === undefined ? undefined : practiceKubeconfig(url, viewerToken, authority),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
