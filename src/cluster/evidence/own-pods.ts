/** Pods of Linkerd itself, by their labels. */
import { entry, record } from '../../rollout/json.ts';

/** Of the control plane, of an extension, of the CNI plugin. */
const ownLabels = [
  'linkerd.io/control-plane-component',
  'linkerd.io/extension',
  'linkerd.io/cni-resource',
] as const;

/** By the metadata of a pod or of a template. */
export const isOwn = (metadata: unknown): boolean =>
  ownLabels.some((key) => entry(record(metadata).labels, key) !== '');
