import type { Values } from '../../../linkerd/values.ts';
import type { KubeClient } from '../../kube-client.ts';
import { storedConfig } from '../cluster.ts';
import type { Session } from '../io.ts';
import { CheckFailure } from './model.ts';

/** What a check looks at. */
export interface CheckContext {
  readonly session: Session;
  readonly client: KubeClient;
  readonly version: string;
  readonly major: number;
  /** The control plane's namespace. */
  readonly namespace: string;
  /** `--expected-version`: what is taken for the newest. Without it nobody knows: the stand-in asks no other host. */
  readonly expected?: string;
  /** `--namespace` of `--proxy`. */
  readonly dataPlane?: string;
  readonly now: () => Date;
}

/** The stored values. Throws a CheckFailure in the words of the API where there are none. */
export async function needConfig(context: CheckContext): Promise<Values> {
  const config = await storedConfig(context.client, context.namespace);
  if (config === undefined) throw new CheckFailure('configmaps "linkerd-config" not found');
  return config;
}

const channelOf = (version: string): string => version.slice(0, Math.max(0, version.indexOf('-')));
const numberOf = (version: string): string => version.slice(version.indexOf('-') + 1);

/** Why a version is not the newest one, in the words of the tool; undefined where it is. */
export function behind(version: string, expected: string | undefined): string | undefined {
  if (expected === undefined) return `unsupported version channel: ${version}`;
  if (version === expected) return undefined;
  return channelOf(version) === channelOf(expected)
    ? `is running version ${numberOf(version)} but the latest ${channelOf(expected)} version is ${numberOf(expected)}`
    : `mismatched channels: running ${version} but retrieved ${expected}`;
}
