/** What an answer, or none, means for who asked: the problems of `ClusterApi`. */

import { explainFailure, explainStatus, quote, type StatusAnswer, statusMessage } from './access/explain.ts';
import { RequestFailure } from './access/request-failure.ts';
import type { ApiProblem, Permission } from './api.ts';

/** The problem in an answer that is no success. `asked` is what one must be allowed for it. */
export function problemOf(answer: StatusAnswer, asked: Permission, server: string): ApiProblem {
  const { status } = answer;
  const { message, fix } = explainStatus(answer, server);
  const said = sentence(statusMessage(answer.body));
  switch (true) {
    case status === 401:
      return { type: 'unreachable', message, fix, signIn: true };
    case status === 403:
      return { type: 'denied', permission: asked, message: deniedMessage(asked, answer.body) };
    case status === 404:
      return { type: 'not-found', message: said || message };
    case status === 409:
      return { type: 'conflict', message: said || message };
    case status >= 400 && status < 500 && status !== 429:
      return { type: 'rejected', code: status, reason: reasonOf(answer.body), message: said || message };
    default:
      return { type: 'unreachable', message, fix };
  }
}

/** Which permission is missing, in a sentence, with what the server said. */
export function deniedMessage({ verb, resource, namespace }: Permission, body: string): string {
  const where = namespace === undefined ? '' : ` in the namespace ${namespace}`;
  const said = statusMessage(body);
  return `You may not ${verb} ${resource}${where}${said === '' ? '' : `: ${said}`}.`;
}

/** No answer at all. */
export function problemOfFailure(
  error: unknown,
  server: string,
): Extract<ApiProblem, { type: 'unreachable' }> {
  const signIn = error instanceof RequestFailure && error.stage === 'sign-in';
  return {
    type: 'unreachable',
    ...explainFailure(error, server),
    ...(signIn ? ({ signIn: true } as const) : {}),
  };
}

/** An answer with a success code that cannot be read: a login page, a proxy's page. */
export function unreadable(server: string): ApiProblem {
  return {
    type: 'unreachable',
    message: `What answers at ${server} does not speak the Kubernetes API.`,
    fix: 'Check the server in the kubeconfig; a login page or a proxy may be in between.',
  };
}

const sentence = (text: string) => (text === '' ? '' : `${text}.`);

function reasonOf(body: string): string {
  try {
    const { reason } = JSON.parse(body) as { reason?: unknown };
    return typeof reason === 'string' ? quote(reason) : '';
  } catch {
    return '';
  }
}
