/**
 * What every rendering of Linkerd makes anew, so that a diff is never empty: the certificates of its webhooks, what is reckoned from them,
 * and the minute of the heartbeat (measured on linkerd 2.13 to 2.20). Pure.
 */

/** By the kind of an object, the lines of it that may differ for that reason alone; `generation` follows from any change. */
const lines: readonly (readonly [object: RegExp, line: RegExp])[] = [
  [/\.Secret\..*-k8s-tls$/, /^\s*(?:tls\.crt|tls\.key): /],
  [/(?:WebhookConfiguration|\.APIService)\./, /^\s*(?:- )?caBundle: /],
  [/\.Deployment\./, /^\s*checksum\/config: /],
  [/\.CronJob\..*heartbeat$/, /^\s*schedule: /],
];
const follows = /^\s*generation: \d+$/;

/** Whether a changed line of that object, its mark taken off, is only a renewal. `object` as `kubectl diff` names its files. */
export const isRenewal = (object: string, line: string): boolean =>
  follows.test(line) || lines.some(([of, changed]) => of.test(object) && changed.test(line));

/** Whether a line of a diff looks like one, whatever object it is of: for reading, not for judging. */
export const looksRenewed = (line: string): boolean =>
  /^[-+]\s*(?:- )?(?:caBundle|checksum\/config|tls\.crt|tls\.key|generation): /.test(line);
