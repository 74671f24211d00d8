/** What is kept of the metadata of every kind. */
import { redactText } from '../../runbook/redact.ts';
import { type Mask, setOwn } from './mask.ts';

/** Annotations of anybody may hold anything, credentials too: only those are kept that are known to tell something. */
const telling =
  /(?:^|[./])linkerd\.io\/|^(?:meta\.)?helm\.sh\/|^gateway\.networking\.k8s\.io\/|^checksum\/config$|^deployment\.kubernetes\.io\/revision$|^kubectl\.kubernetes\.io\/restartedAt$/;

/** Text that a controller or a person wrote, without what looks like a secret. */
export const message: Mask = (value, keep) =>
  typeof value === 'string' ? keep(redactText(value), true) : undefined;

export const labels: Mask = textsWhere(() => true);
export const annotations: Mask = textsWhere((key) => telling.test(key));

/** A mapping of texts, without the entries whose key does not pass. */
function textsWhere(pass: (key: string) => boolean): Mask {
  return (value, keep) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const source = value as Readonly<Record<string, unknown>>;
    const out: Record<string, unknown> = {};
    for (const key of Object.keys(source)) {
      if (typeof source[key] === 'string' && pass(key)) setOwn(out, key, keep(source[key], true));
    }
    return out;
  };
}

export const meta: Mask = {
  name: true,
  namespace: true,
  uid: true,
  generation: true,
  creationTimestamp: true,
  deletionTimestamp: true,
  deletionGracePeriodSeconds: true,
  finalizers: true,
  labels,
  annotations,
  ownerReferences: [{ apiVersion: true, kind: true, name: true, uid: true, controller: true }],
};

/** The conditions of any status. */
export const conditions: Mask = [
  {
    type: true,
    status: true,
    reason: true,
    message,
    lastTransitionTime: true,
    lastUpdateTime: true,
    observedGeneration: true,
  },
];
