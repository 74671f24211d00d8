/** What is kept of ConfigMaps and Secrets: never a key, a password or a token. */
import { certificatesOnly } from '../../linkerd/certificates.ts';
import { record, text } from '../../rollout/json.ts';
import { hidden, redactText } from '../../runbook/redact.ts';
import { meta } from './keep-meta.ts';
import type { Mask } from './mask.ts';

/** The keys under which certificates stand, which are public. */
const certificateKeys: readonly string[] = ['tls.crt', 'ca.crt', 'crt.pem'];

/** Type and names of keys. Of the values certificates stay, in base64 as the API has them; all others are `***`. */
export const secretMask: Mask = {
  metadata: meta,
  type: true,
  data: (value) =>
    Object.fromEntries(
      Object.entries(record(value)).map(([key, data]) => [
        key,
        (certificateKeys.includes(key) && certificatesIn(data)) || hidden,
      ]),
    ),
};

function certificatesIn(data: unknown): string {
  if (typeof data !== 'string') return '';
  const pem = certificatesOnly(Buffer.from(data, 'base64').toString('utf8'));
  return Buffer.from(pem).toString('base64');
}

/** Of a helm release its metadata alone was asked for; by its name it is known what it is. */
export const helmReleaseMask: Mask = (value, keep) =>
  text(record(record(value).metadata).name).startsWith('sh.helm.release.v1.')
    ? { ...(keep(value, { metadata: meta }) as object), type: 'helm.sh/release.v1' }
    : undefined;

/** The whole of a ConfigMap of Linkerd's, without the keys that old releases stored in it. */
export const configMapMask: Mask = {
  metadata: meta,
  data: (value, keep) =>
    keep(
      Object.fromEntries(
        Object.entries(record(value)).map(([key, data]) => [
          key,
          typeof data === 'string' ? redactText(data) : hidden,
        ]),
      ),
      true,
    ),
};
