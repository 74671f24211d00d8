/** Who renews a certificate, as far as cert-manager's objects say so. */
import { record, records, text } from '../../../rollout/json.ts';
import type { Evidence } from '../../finding.ts';
import { fieldOf } from '../../meshed-pods.ts';
import type { SnapshotObject } from '../../snapshot.ts';
import type { View } from '../../view.ts';
import type { PreflightRemark } from '../model.ts';
import { fail, info, unchecked, warn } from '../remarks.ts';

/** What is to be said of it besides. */
export interface Renewed {
  readonly evidence: readonly Evidence[];
  /** Whoever installed it said that somebody else provides it. */
  readonly external: boolean;
  readonly what: string;
  readonly after: string;
}

/** Who renews what is in a Secret; a failure where somebody is to and does not. */
export function renewal(
  view: View,
  namespace: string,
  secret: string,
  renewed: Renewed,
): readonly PreflightRemark[] {
  const { evidence, external, what, after } = renewed;
  const certificate = certificateFor(view, namespace, secret);
  if (certificate !== undefined) {
    const ready = records(record(certificate.status).conditions).find(({ type }) => type === 'Ready');
    const shown = fieldOf(
      certificate,
      'status.conditions[?(@.type=="Ready")].status',
      text(ready?.status) || 'not told',
      'True',
    );
    return ready?.status === 'True'
      ? [
          info(
            `cert-manager renews ${what}, next on ${text(record(certificate.status).renewalTime) || 'a day that it does not tell'}.`,
            [...evidence, shown],
          ),
        ]
      : [
          fail(
            `cert-manager is to renew ${what}, and does not: ${text(ready?.message) || 'its Certificate is not ready'}. ${after}`,
            [...evidence, shown],
            `Look at the Certificate: kubectl --namespace ${namespace} describe certificate ${certificate.metadata.name}`,
          ),
        ];
  }
  if (view.unread('certificates') !== undefined) return [unseen(view, what)];
  if (external) {
    return [
      unchecked(
        `${capital(what)} is provided from outside (identity.issuer.scheme is kubernetes.io/tls), and no Certificate of cert-manager says by whom.`,
        'Find out what renews it, and when it did so last.',
        evidence,
      ),
    ];
  }
  return [
    warn(
      `Nobody renews ${what}: Linkerd does not by itself, and no Certificate of cert-manager is for it. ${after}`,
      evidence,
      'Write its end into a calendar and into an alert, or have cert-manager issue it (identity.issuer.scheme=kubernetes.io/tls).',
    ),
  ];
}

/** Certificates of cert-manager could not be read. */
export const unseen = (view: View, what: string): PreflightRemark =>
  unchecked(`Who renews ${what} could not be seen. ${view.unread('certificates')?.message ?? ''}`.trim());

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** The Certificate of cert-manager whose Secret it is. */
export const certificateFor = (view: View, namespace: string, secret: string): SnapshotObject | undefined =>
  view.objects('certificates', namespace).find(({ spec }) => text(record(spec).secretName) === secret);
