/** The settings that a control plane was rendered with: the Helm values in ConfigMap `linkerd-config`, key `values`, since 2.9. */
import { parse } from 'yaml';
import { stripToLine } from '../runbook/strip-controls.ts';
import type { Values } from './values.ts';

/** What health checks read of them. Missing settings are those of the chart. */
export interface StoredConfig {
  /** `linkerdVersion`, or undefined where there is none. */
  readonly version: string | undefined;
  /** The version of proxies, where it is set apart from the control plane's. */
  readonly proxyVersion: string | undefined;
  readonly replicas: number;
  readonly failurePolicy: 'Fail' | 'Ignore';
  readonly trustAnchorsPem: string;
}

const longest = 1_000_000;

/** Reads the text of the key `values`; undefined where it is no mapping. 2.9 kept what all charts share under `global`. */
export function readStoredConfig(text: unknown): StoredConfig | undefined {
  if (typeof text !== 'string' || text.length > longest) return undefined;
  let values: unknown;
  try {
    values = parse(text, { maxAliasCount: 100 });
  } catch {
    return undefined;
  }
  if (!isMapping(values)) return undefined;
  const { linkerdVersion, controllerReplicas, webhookFailurePolicy, identityTrustAnchorsPEM, proxy } = {
    ...values,
    ...(isMapping(values.global) ? values.global : {}),
  } as Values;
  const image = isMapping(proxy) && isMapping(proxy.image) ? proxy.image : {};
  return {
    version: lineOf(linkerdVersion),
    proxyVersion: lineOf(image.version),
    replicas: Number(controllerReplicas) || 1,
    failurePolicy: webhookFailurePolicy === 'Fail' ? 'Fail' : 'Ignore',
    trustAnchorsPem: typeof identityTrustAnchorsPEM === 'string' ? identityTrustAnchorsPEM : '',
  };
}

function lineOf(value: unknown): string | undefined {
  return (typeof value === 'string' && stripToLine(value.slice(0, 100))) || undefined;
}

const isMapping = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
