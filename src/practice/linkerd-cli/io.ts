import type { KubeClient, KubeObject } from '../kube-client.ts';

/** The world as the stand-in sees it; a test gives it another one. */
export interface CliIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** All of standard input. */
  readonly stdin: () => Promise<string>;
  readonly readFile: (path: string) => string;
  /** Opens the cluster that flags and environment name. Throws with a message for the operator. */
  readonly connect: (options: {
    readonly kubeconfig?: string;
    readonly context?: string;
  }) => KubeClient | Promise<KubeClient>;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<void>;
}

/** A command ends badly: the message for standard error, and nothing on standard output. Exit code 1. */
export class CommandError extends Error {}

export interface Session {
  readonly io: CliIo;
  /** The version that the stand-in plays. */
  readonly version: string;
  readonly major: number;
  /** The control plane's namespace. */
  readonly namespace: string;
  readonly client: () => Promise<KubeClient>;
}

/** `{.data.KEY}` of a ConfigMap or Secret, decoded for the latter; undefined where object or key is missing. */
export function dataOf(object: KubeObject | undefined, key: string): string | undefined {
  const value: unknown = (object?.data as Record<string, unknown> | undefined)?.[key];
  if (typeof value !== 'string') return undefined;
  return object?.kind === 'Secret' ? Buffer.from(value, 'base64').toString('utf8') : value;
}
