/** What went wrong between us and a cluster, in words for the operator. */
import { stripToLine } from '../../runbook/strip-controls.ts';
import type { Problem } from './kubeconfig.ts';
import { RequestFailure } from './request-failure.ts';

const longestQuote = 300;

/** Text from elsewhere, safe and short enough to stand in a sentence. */
export function quote(text: string): string {
  const line = stripToLine(text);
  return line.length <= longestQuote ? line : `${line.slice(0, longestQuote)}…`;
}

const certificateCodes = /^(?:CERT_|ERR_TLS|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|ERR_SSL|EPROTO)/;

/** A request that got no answer. */
export function explainFailure(error: unknown, server: string): Problem {
  if (!(error instanceof RequestFailure)) {
    return {
      message: `The cluster could not be asked: ${quote(String(error))}.`,
      fix: 'Check the kubeconfig.',
    };
  }
  const { stage, code, message } = error;
  if (stage === 'kubeconfig') {
    return { message: quote(message), fix: error.fix ?? 'Run `kubectl config view` to see what is wrong.' };
  }
  if (stage === 'closed') {
    return { message: 'The connection to the cluster was closed.', fix: 'Open it again.' };
  }
  if (stage === 'sign-in') {
    const said = quote(message) || 'it ended without a message';
    return code === 'ENOENT'
      ? {
          message: `The kubeconfig's sign-in needs a program that is not there: ${said}.`,
          fix: 'Install the credential plugin that the kubeconfig names, or put it on the PATH.',
        }
      : {
          message: `Signing in to the cluster failed: ${said}.`,
          fix: 'Log in again with the tool that made this kubeconfig, then retry.',
        };
  }
  if (stage === 'timeout' || code === 'ETIMEDOUT' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH') {
    return {
      message: `The cluster at ${server} did not answer (${quote(message)}).`,
      fix: 'Check the network, the VPN and the proxy settings (HTTPS_PROXY, NO_PROXY).',
    };
  }
  if (code?.startsWith('PROXY')) {
    return {
      message: `The cluster at ${server} cannot be reached: ${quote(message)}.`,
      fix: 'Check HTTPS_PROXY and NO_PROXY, or the proxy-url of the cluster in the kubeconfig.',
    };
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return {
      message: `The name of the server ${server} cannot be resolved.`,
      fix: 'Check the server in the kubeconfig, the DNS and the VPN.',
    };
  }
  if (code === 'ECONNREFUSED') {
    return {
      message: `Nothing answers at ${server}: the connection was refused.`,
      fix: 'Is the cluster running, and is this its address? Check the kubeconfig.',
    };
  }
  if (code !== undefined && certificateCodes.test(code)) {
    return {
      message: `The certificate of ${server} was not accepted: ${quote(message)}.`,
      fix: 'Get a fresh kubeconfig for this cluster; its certificate authority may have changed. Check the clock of this machine too.',
    };
  }
  return {
    message: `The connection to ${server} failed: ${quote(message)}.`,
    fix: 'Check the network and the kubeconfig, then retry.',
  };
}

/** What is needed of an answer to explain it. */
export interface StatusAnswer {
  readonly status: number;
  readonly body: string;
}

/** An answer that is not a success. */
export function explainStatus(answer: StatusAnswer, server: string): Problem {
  const said = statusMessage(answer.body);
  const because = said === '' ? '' : `: ${said}`;
  switch (answer.status) {
    case 401:
      return {
        message: `The cluster at ${server} does not accept these credentials (401)${because}.`,
        fix: 'They may have expired. Log in to the cluster again, then retry.',
      };
    case 403:
      return {
        message: `The cluster at ${server} does not allow this (403)${because}.`,
        fix: 'Ask for a role that allows it, or choose another context by --context.',
      };
    default:
      return {
        message: `The cluster at ${server} answered with ${answer.status}${because}.`,
        fix: 'Is this the address of a Kubernetes API server, and is it healthy? Try `kubectl get --raw /readyz`.',
      };
  }
}

/** The message in a Status of the API, without the full stop at its end; empty where there is none. */
export function statusMessage(body: string): string {
  try {
    const { message } = JSON.parse(body) as { message?: unknown };
    return typeof message === 'string' ? quote(message).replace(/\.$/, '') : '';
  } catch {
    return '';
  }
}
