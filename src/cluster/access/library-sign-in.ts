/** Signing in by the client library: login services (OIDC and the like), SOCKS proxies, and credential plugins that nobody else runs. */
import type { RequestOptions } from 'node:https';
import type { KubeConfig, User } from '@kubernetes/client-node';
import { RequestFailure } from './request-failure.ts';

/** What nobody may wait for longer: a login service may be far away. */
const signInTimeoutMs = 30_000;

/**
 * Adds an agent and TLS settings to `options`, for the current context of the kubeconfig (its text), and the credentials of its
 * user where they are asked for.
 */
export async function signInByLibrary(
  kubeconfig: string,
  { proxyUrl, credentials }: { readonly proxyUrl: string | undefined; readonly credentials: boolean },
  options: RequestOptions,
): Promise<void> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  const cluster = config.getCurrentCluster();
  const changed = {
    ...cluster!,
    ...(proxyUrl === undefined ? {} : { proxyUrl }),
    // The library refuses plain HTTP otherwise; there is no certificate that could be verified.
    ...(cluster!.server.startsWith('http:') ? { skipTLSVerify: true } : {}),
  };
  config.clusters = config.clusters.map((each) => (each === cluster ? changed : each));
  completeUser(config, credentials);
  await withinTime(config.applyToHTTPSOptions(options));
}

/** What kubectl does with a user and the library does not. */
function completeUser(config: KubeConfig, credentials: boolean): void {
  if (config.getCurrentUser() === null) {
    // Without a user the library leaves out the certificate authority as well.
    const context = config.getContextObject(config.currentContext);
    config.users = [...config.users, { name: 'anonymous' }];
    config.contexts = config.contexts.map((each) =>
      each === context ? { ...each, user: 'anonymous' } : each,
    );
  }
  const signedInAs = config.getCurrentUser();
  config.users = config.users.map((user) => {
    if (user !== signedInAs) return user;
    if (!credentials) return { name: user.name };
    return user.exec ? { ...user, exec: withExecInfo(user.exec) } : user;
  });
}

/** Tells a credential plugin which version of the protocol is spoken, and that nobody is there to be asked (client-go credential plugins). */
function withExecInfo(exec: NonNullable<User['exec']>): object {
  const info = { apiVersion: exec.apiVersion, kind: 'ExecCredential', spec: { interactive: false } };
  return {
    ...exec,
    env: [...(exec.env ?? []), { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }],
  };
}

async function withinTime(signingIn: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new RequestFailure('sign-in', `no credentials within ${signInTimeoutMs / 1000} s`));
    }, signInTimeoutMs);
  });
  try {
    await Promise.race([signingIn, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
