/** What the API server says after `failed calling webhook`, and what that means. */

/** The last part of the chain of errors: what came of the call. */
export const webhookTail = (message: string): string =>
  message
    .replace(/^failed to call webhook: /, '')
    .replace(/^(?:Post|Get) "?[^" ]*"?: /, '')
    .trim();

const isLinkerd = (webhook: string) => /linkerd/i.test(webhook);

/** One sentence on what to do, by the way in which the call failed (tails as in linkerd2 issues 10386, 9672 and 3721). */
export function webhookAdvice(webhook: string, tail: string): string {
  const linkerd = isLinkerd(webhook);
  if (
    /no endpoints available|service "[^"]*" not found|connection refused|namespaces? "[^"]*" not found/.test(
      tail,
    )
  )
    return linkerd
      ? 'The Linkerd control plane that answers this webhook is down or half deleted: bring it up, or finish its removal.'
      : 'What answers this webhook is down or gone: bring it up, or remove the webhook configuration.';
  if (/x509|certificate|tls:/i.test(tail))
    return 'The webhook’s certificate and the caBundle of its configuration do not fit: renew both from one source.';
  if (/deadline exceeded|i\/o timeout|timeout|no route to host|unreachable/i.test(tail))
    return `The API server cannot reach the ${linkerd ? 'injector' : 'webhook'}: look at network policies, firewalls and the CNI between them.`;
  if (/no such host/.test(tail))
    return 'The webhook’s address does not resolve: look at the service or URL in its configuration.';
  return 'Look at the pods that answer this webhook, and at their logs.';
}
