/** Calls of webhooks that failed, as the API server told whoever asked it: from rollouts that wait for it now, and from the step that failed. */
import { webhookTail } from '../rollout/reasons/webhook.ts';
import type { Evidence } from './finding.ts';
import type { View } from './view.ts';

/** How the call failed, by the end of the API server's message. */
export type CallFailure = 'nobody' | 'unreachable' | 'certificate' | 'other';

export interface FailedCall {
  /** `linkerd-proxy-injector.linkerd.io` */
  readonly webhook: string;
  readonly failure: CallFailure;
  readonly evidence: Evidence;
}

const failed = /failed calling webhook "([^"]{1,253})"[:,]? ?(.{0,2000})$/;

/** Every call that failed. What an event says of a rollout that has got on since is over, and does not count. */
export function failedCalls(view: View): readonly FailedCall[] {
  const waiting = view.rollouts.flatMap(({ ref, good, reasons }) =>
    good
      ? []
      : reasons
          .filter(({ code }) => code === 'ADMISSION_WEBHOOK_FAILED')
          .map(({ subject, message }): FailedCall => {
            const from = `${ref.kind} ${ref.namespace}/${ref.name}`;
            const evidence = { kind: 'event', ref: from, value: message } as const;
            return { webhook: subject, failure: failureOf(message), evidence };
          }),
  );
  const { step } = view.snapshot.walk ?? {};
  const told = (step?.output ?? []).flatMap((line): FailedCall[] => {
    const match = failed.exec(line);
    if (match === null) return [];
    const tail = webhookTail(match[2]!);
    const evidence = { kind: 'output', ref: step?.title ?? '', value: line } as const;
    return [{ webhook: match[1]!, failure: failureOf(tail), evidence }];
  });
  return [...waiting, ...told];
}

/** Tails as in linkerd2 issues 10386, 9672 and 3721. */
function failureOf(tail: string): CallFailure {
  if (/no endpoints available|not found/.test(tail)) return 'nobody';
  if (/x509|certificate|tls:/i.test(tail)) return 'certificate';
  if (/deadline exceeded|timeout|connection refused|no route to host|unreachable/i.test(tail))
    return 'unreachable';
  return 'other';
}
