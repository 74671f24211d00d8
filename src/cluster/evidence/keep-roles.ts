/** What is kept of roles and of who has them: only roles that give something of Linkerd, or everything. */
import { record, records, texts } from '../../rollout/json.ts';
import { meta } from './keep-meta.ts';
import type { Mask } from './mask.ts';

const telling = (group: string) => group === '*' || group.endsWith('linkerd.io');

/** A role with the rules that are about Linkerd; nothing of any other. */
export const roleMask: Mask = (value, keep) => {
  const rules = records(record(value).rules).filter(({ apiGroups }) => texts(apiGroups).some(telling));
  return rules.length === 0
    ? undefined
    : keep(
        { ...record(value), rules },
        { metadata: meta, rules: [{ apiGroups: true, resources: true, verbs: true }] },
      );
};

export const bindingMask: Mask = {
  metadata: meta,
  roleRef: { kind: true, name: true },
  subjects: [{ kind: true, name: true, namespace: true }],
};
