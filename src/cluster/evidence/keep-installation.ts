/**
 * What is kept of how Linkerd was installed: the keys that somebody set, and of their values what is no secret. Keys, certificates,
 * passwords and whatever looks like one become `***`.
 */
import { gunzipSync } from 'node:zlib';
import { parse } from 'yaml';
import { type Json, record, text } from '../../rollout/json.ts';
import { hidden, redactText } from '../../runbook/redact.ts';
import { type Mask, setOwn } from './mask.ts';

/** What a mask gives of an installation that it cannot read. */
export const unreadable = 'unreadable';

const longestValue = 200;
const deepest = 12;
const mostEntries = 500;
/** More than a release with all of its templates has. */
const largestRelease = 64 * 1024 * 1024;
const largestOverrides = 1024 * 1024;

/** Keys whose values are not for others, whatever they look like; in environments and arguments anything may be. */
const secretKey =
  /pass|secret|token|credential|private|licen[cs]e|auth|bearer|cookie|key|pem$|crt|cert|bundle|anchor|kubeconfig|headers?$|env$|args$|config$/i;
/** Long words of letters and digits are keys, hashes and tokens. */
const opaque = /[A-Za-z0-9+/_=-]{32,}/;

/** Values as somebody set them, without what is secret. */
export function keepValues(values: unknown, secret = false, depth = deepest): unknown {
  if (values === null || typeof values === 'boolean') return values;
  if (typeof values === 'number') return secret ? hidden : values;
  if (typeof values === 'string') return secret || !isPlain(values) ? hidden : values;
  if (typeof values !== 'object' || depth === 0) return hidden;
  if (Array.isArray(values)) {
    return values.slice(0, mostEntries).map((each) => keepValues(each, secret, depth - 1));
  }
  const out: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(values).slice(0, mostEntries)) {
    const name = key.length <= longestValue && isPlain(key) ? key : hidden;
    setOwn(out, name, keepValues(each, secret || secretKey.test(key), depth - 1));
  }
  return out;
}

const isPlain = (value: string): boolean =>
  value.length <= longestValue &&
  /^[\x20-\x7e]*$/.test(value) &&
  !opaque.test(value) &&
  !/[?#]|BEGIN /.test(value) &&
  redactText(value) === value;

/** Of Secret `linkerd-config-overrides`: what differed from the defaults when the CLI rendered last. */
export const overridesMask: Mask = (value) => {
  const { metadata, data } = record(value);
  const { name, namespace } = record(metadata);
  return { metadata: { name, namespace }, ...overridesIn(data) };
};

function overridesIn(data: unknown): Json {
  try {
    const encoded = record(data)['linkerd-config-overrides'];
    const yaml = Buffer.from(typeof encoded === 'string' ? encoded : '', 'base64');
    if (yaml.length === 0 || yaml.length > largestOverrides) return { [unreadable]: true };
    const values: unknown = parse(yaml.toString('utf8'), { maxAliasCount: 100 });
    return { values: keepValues(record(values)) };
  } catch {
    // What went wrong may quote what is secret.
    return { [unreadable]: true };
  }
}

/** Of the Secret of one revision of a Helm release: its chart, and the values that were given. It is called as the release is. */
export const releaseMask: Mask = (value) => {
  const { metadata, data } = record(value);
  const { namespace, labels } = record(metadata);
  return {
    metadata: { name: text(record(labels).name), namespace },
    ...releaseIn(data),
  };
};

/** Helm's own form: JSON, in gzip, in base64; and in base64 once more as data of a Secret. */
function releaseIn(data: unknown): Json {
  try {
    const encoded = record(data).release;
    const helm = Buffer.from(typeof encoded === 'string' ? encoded : '', 'base64').toString('latin1');
    const bytes = Buffer.from(helm, 'base64');
    const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const json = zipped ? gunzipSync(bytes, { maxOutputLength: largestRelease }) : bytes;
    const { chart, config, info, version } = record(JSON.parse(json.toString('utf8')));
    const { name, version: chartVersion, appVersion } = record(record(chart).metadata);
    return {
      chart: { name: text(name), version: text(chartVersion), appVersion: text(appVersion) },
      status: text(record(info).status),
      revision: Number(version) || 0,
      values: keepValues(record(config)),
    };
  } catch {
    return { [unreadable]: true };
  }
}
