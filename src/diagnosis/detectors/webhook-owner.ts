/** Who makes the certificates of a webhook: the control plane's tool, or that of an extension. */
import { entry } from '../../rollout/json.ts';
import type { View } from '../view.ts';
import type { Webhook } from '../webhooks.ts';

/** `control-plane`, or the name of the extension that the service's namespace belongs to. */
export function ownerOfWebhook(view: View, { service }: Webhook): string {
  const namespace = view.object('namespaces', '', service?.namespace ?? '');
  const extension = entry(namespace?.metadata.labels, 'linkerd.io/extension');
  return extension === 'viz' || extension === 'jaeger' ? extension : 'control-plane';
}
