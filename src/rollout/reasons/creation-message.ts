import type { ReasonCode } from '../model.ts';
import { webhookAdvice, webhookTail } from './webhook.ts';

/** What a message about a pod that could not be created comes down to. */
export interface CreationTrouble {
  readonly code: ReasonCode;
  readonly title: string;
  readonly subject: string;
  readonly message: string;
  readonly advice: string;
  readonly final?: true;
}

/** What stands before the cause: a controller's own words, and those of the API. */
const prefix =
  /^(?:\(combined from similar events\): )?(?:Error creating: |Create (?:Pod|Claim) .{1,300}? failed error: )?(?:Internal error occurred: )?/;

const rules: readonly {
  readonly pattern: RegExp;
  readonly read: (match: RegExpExecArray, message: string) => CreationTrouble;
}[] = [
  {
    pattern: /failed calling webhook "([^"]+)"[:,]? ?(.*)$/,
    read: ([, webhook = '', rest = '']) => {
      const tail = webhookTail(rest);
      return {
        code: 'ADMISSION_WEBHOOK_FAILED',
        title: 'webhook cannot be called',
        subject: webhook,
        message: tail,
        advice: webhookAdvice(webhook, tail),
      };
    },
  },
  {
    pattern: /admission webhook "([^"]+)" denied the request(?: without explanation)?:? ?(.*)$/,
    read: ([, webhook = '', why = '']) => ({
      code: 'ADMISSION_DENIED',
      title: 'denied by a webhook',
      subject: webhook,
      message: why || 'denied without a reason',
      advice: 'Change the pod template to what this webhook admits, or the webhook’s policy.',
    }),
  },
  {
    pattern: /ValidatingAdmissionPolicy '([^']+)' with binding '[^']*' denied request:? ?(.*)$/,
    read: ([, policy = '', why = '']) => ({
      code: 'ADMISSION_DENIED',
      title: 'denied by a policy',
      subject: policy,
      message: why || 'denied without a reason',
      advice: 'Change the pod template to what this policy admits, or the policy.',
    }),
  },
  {
    pattern: /exceeded quota: ([^,\s]+), ?(.*)$/,
    read: ([, quota = '', figures = '']) => ({
      code: 'QUOTA_EXCEEDED',
      title: 'quota exceeded',
      subject: quota,
      message: figures,
      advice: 'Raise the ResourceQuota, or free some of it; a rolling update needs room for its surge.',
    }),
  },
  {
    pattern: /failed quota: ([^:\s]+): must specify (.*)$/,
    read: ([, quota = '', what = '']) => ({
      code: 'QUOTA_MISSING_REQUESTS',
      title: 'quota wants requests',
      subject: quota,
      message: `must specify ${what}`,
      advice:
        'Give every container these requests or limits, the proxy’s (config.linkerd.io/proxy-*) too, or set a LimitRange.',
      final: true,
    }),
  },
  {
    pattern: /violates PodSecurity "([^"]+)":? ?(.*)$/,
    read: ([, level = '', what = '']) => ({
      code: 'POD_SECURITY_VIOLATION',
      title: 'violates pod security',
      subject: level,
      message: what,
      advice:
        'Change the security contexts, or the namespace’s level; linkerd-init needs NET_ADMIN, which the Linkerd CNI plugin spares.',
      final: true,
    }),
  },
  {
    pattern: /serviceaccount "([^"]+)" not found/i,
    read: ([found, account = '']) => ({
      code: 'SERVICEACCOUNT_MISSING',
      title: 'service account missing',
      subject: account,
      message: found,
      advice: 'Create the ServiceAccount, or name another in the pod template.',
    }),
  },
  {
    pattern: /is invalid: ?(.*)$/,
    read: ([, what = '']) => ({
      code: 'CREATE_INVALID',
      title: 'pod is invalid',
      subject: '',
      message: what,
      advice: 'Correct the named fields of the pod template; a webhook may have set them.',
      final: true,
    }),
  },
  {
    pattern: /is forbidden: ?(.*)$/,
    read: ([, why = '']) => ({
      code: 'CREATE_FORBIDDEN',
      title: 'pod is forbidden',
      subject: '',
      message: why,
      advice: 'The API server refuses such pods here: look at the limits and policies of the namespace.',
    }),
  },
];

/** What keeps pods from being created, by the message of a ReplicaFailure condition or a FailedCreate event. */
export function creationTrouble(message: string): CreationTrouble {
  const cause = message.replace(prefix, '');
  for (const { pattern, read } of rules) {
    const match = pattern.exec(cause);
    if (match !== null) return read(match, cause);
  }
  return {
    code: 'UNDETERMINED',
    title: 'pods cannot be created',
    subject: '',
    message: cause,
    advice: 'Look at the events of the workload and at the controller manager’s log.',
  };
}
