/** What is kept of ConfigMaps and Secrets: never a key, a password or a token. */
import { record, text } from '../../rollout/json.ts';
import { hidden, redactText } from '../../runbook/redact.ts';
import { meta } from './keep-meta.ts';
import type { Mask } from './mask.ts';

/** The keys under which certificates stand, which are public. */
const certificateKeys: readonly string[] = ['tls.crt', 'ca.crt', 'crt.pem'];
const onlyCertificates = /^(?:\s*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----)+\s*$/;

/** Names, type and the names of the keys; values are `***`, but for certificates, which stay as the API gives them (base64). */
export const secretMask: Mask = {
  metadata: meta,
  type: true,
  data: (value) =>
    Object.fromEntries(
      Object.entries(record(value)).map(([key, data]) => [
        key,
        certificateKeys.includes(key) && isCertificates(data) ? data : hidden,
      ]),
    ),
};

const isCertificates = (data: unknown): data is string =>
  typeof data === 'string' &&
  data.length < 256 * 1024 &&
  onlyCertificates.test(Buffer.from(data, 'base64').toString('utf8'));

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
