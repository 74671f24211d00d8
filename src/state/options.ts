/** What a walk needs from around it. */

import type { ClusterApi } from '../cluster/api.ts';
import type { ClusterPort } from '../cluster/port.ts';
import type { DiagnosisRecord } from '../diagnosis/record.ts';
import type { WalkEvidence } from '../diagnosis/snapshot.ts';
import type { RunbookBundle } from '../runbook/model.ts';
import type { CommandPort, OutputFile } from '../shell/port.ts';
import type { ClusterPin, Operator } from './event.ts';
import type { Journal } from './journal.ts';
import type { Clock, Kinds } from './kind.ts';
import type { UnattendedPolicy } from './unattended.ts';

/** Collects evidence and says what is wrong. Never rejects, but for the signal's reason. */
export type Diagnose = (request: {
  readonly api: ClusterApi;
  readonly cluster: ClusterPin | undefined;
  readonly walk: WalkEvidence;
  /** The environment of commands, to ask tools for their versions. */
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}) => Promise<DiagnosisRecord>;

/** What a walk reaches the outside world through. */
export interface WalkPorts {
  readonly commands: CommandPort;
  readonly cluster: ClusterPort;
  /** The output of one run. Asked for anew when the secrets have become more. */
  readonly output: (run: string, secrets: readonly string[]) => OutputFile;
  /** The standard output that a captured command left in its folder, at most `limit` bytes of it and one more. */
  readonly captured: (runFolder: string, limit: number) => Promise<string>;
  /** Takes the captured output of a run away, and secrets out of the rest of its output. */
  readonly putAwayCaptured: (runFolder: string, secrets: readonly string[]) => Promise<void>;
  readonly clock: Clock;
  /** Opens the cluster of the session's kubeconfig file. Nothing is sent before the first call. */
  readonly api: (kubeconfigFile: string) => ClusterApi;
  /** Absent: nothing is diagnosed, and a failure has the branches of its runbook alone. */
  readonly diagnose?: Diagnose;
}

/** What a walk is started with. */
export interface WalkOptions {
  /** The session's own copy. */
  readonly bundle: RunbookBundle;
  /** Begins with `session-started`. The walk closes it. */
  readonly journal: Pick<Journal, 'entries' | 'torn' | 'append' | 'close'>;
  /** The session's folder; runs are in `runs/` below it. */
  readonly folder: string;
  /** The folder that commands run in. */
  readonly cwd: string;
  readonly ports: WalkPorts;
  readonly kinds: Kinds;
  readonly operator: Operator;
  /** The environment that commands start from; parameters and KUBECONFIG are added to it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Typed to confirm what cannot be undone, where there is no cluster. */
  readonly hostname: string;
  /** The session's own kubeconfig. Without one, a session that pins a cluster changes nothing. */
  readonly kubeconfigFile?: string;
  /** Values of secret parameters already given. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** There: nobody is asked, this answers. */
  readonly policy?: UnattendedPolicy;
  /** An earlier program began this session. */
  readonly resumed: boolean;
  /** The files as they are on disk now, to tell what has changed since the start. */
  readonly onDisk?: Readonly<Record<string, string>>;
}
