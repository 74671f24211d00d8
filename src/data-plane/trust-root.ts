/** SHA-256 of trust anchors, as the annotation `linkerd.io/trust-root-sha256` has it. */
import { createHash } from 'node:crypto';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Of no anchors at all: a control plane whose anchors are kept outside its values marks its own pods so. */
export const NO_ANCHORS = sha256('');

/**
 * The hashes that stand for a bundle of anchors. The injector hashes the bundle as it is mounted, and the chart hashes the value that it
 * was given (linkerd2, charts/partials/templates/_metadata.tpl), which may end in a newline that the ConfigMap does not have. The first is
 * that of the text as it is.
 */
export function trustRootsOf(pem: string): readonly string[] {
  const trimmed = pem.trim();
  return trimmed === '' ? [] : [...new Set([pem, trimmed, `${trimmed}\n`].map(sha256))];
}
