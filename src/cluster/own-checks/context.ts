/** What the checks have in common. */
import type { Survey } from '../../data-plane/model.ts';
import { isKnownVersion } from '../../linkerd/facts.ts';
import { readStoredConfig, type StoredConfig } from '../../linkerd/stored-config.ts';
import type { Rollout } from '../../rollout/model.ts';
import { linkerdSemver } from '../../runbook/linkerd-version.ts';
import type { ResourceRef } from '../objects.ts';
import { hintPage } from './lines.ts';
import type { Look, Seen } from './look.ts';

/** The cluster as the checks look at it. */
export interface CheckContext {
  readonly look: Look;
  /** ms since the epoch. */
  readonly now: number;
  /** The control plane's namespace. */
  readonly namespace: string;
  /** Of the data plane; undefined: all. */
  readonly dataPlane: string | undefined;
  /** The version that everything is to be compared with, where it was named. */
  readonly expected: string | undefined;
  /** `linkerd-config`: `missing` too where it is no mapping. */
  readonly config: Seen<StoredConfig>;
  /** The control plane's version by its configuration. */
  readonly version: string | undefined;
  /** Whether all of what the release consists of is known. */
  readonly known: boolean;
  /** The N of 2.N. */
  readonly line: number | undefined;
  /** The page of advice. */
  readonly hints: string;
  /** Every Deployment, StatefulSet and DaemonSet of a namespace. */
  readonly rollouts: (namespace: string) => Promise<Seen<readonly Rollout[]>>;
  /** The survey of all proxies, made once. */
  readonly survey: () => Promise<Survey>;
}

export const core = (resource: string, namespace?: string): ResourceRef => ({
  apiVersion: 'v1',
  resource,
  ...(namespace === undefined ? {} : { namespace }),
});

/** What the configuration says of the version, and what follows from it. */
export function versionFacts(config: Seen<StoredConfig>) {
  const version = config.type === 'found' ? config.value.version : undefined;
  const minor = Number(linkerdSemver(version ?? '')?.split('.')[1]);
  return {
    version,
    known: version !== undefined && isKnownVersion(version),
    line: Number.isNaN(minor) ? undefined : minor,
    hints: hintPage(version),
  };
}

/** Reads `linkerd-config`. */
export async function configOf(look: Look, namespace: string): Promise<Seen<StoredConfig>> {
  const seen = await look.get(core('configmaps', namespace), 'linkerd-config');
  if (seen.type !== 'found') return seen;
  const data: unknown = seen.value.data;
  const config = readStoredConfig(Object(data).values);
  return config === undefined ? { type: 'missing' } : { type: 'found', value: config };
}
