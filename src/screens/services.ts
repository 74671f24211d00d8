/** What the screens ask of the program. Implemented in `src/commands`; faked in tests. Nothing here throws for what an operator can cause: it is told in the result. */

import type { PlacedFinding } from '../diagnosis/finding.ts';
import type { Diagnostic, RunbookBundle } from '../runbook/model.ts';
import type { ClusterPin, Mode } from '../state/event.ts';
import type { Walk } from '../state/walk.ts';

export interface RunbookEntry {
  /** What `brief` and `start` take. */
  readonly file: string;
  readonly title: string;
  readonly summary: string;
  readonly estimateMs: number | undefined;
  readonly builtIn: boolean;
}

export interface SessionEntry {
  readonly id: string;
  readonly title: string;
  readonly status: 'running' | 'paused' | 'interrupted' | 'completed' | 'stopped' | 'failed' | 'unreadable';
  readonly mode: Mode;
  readonly cluster: string | undefined;
  readonly practice: boolean;
  /** Its practice cluster has ended, or another one has taken its place: the session cannot go on. */
  readonly gone?: true;
  readonly startedAt: string;
  readonly updatedAt: string;
  /** E.g. `5 of 12 Upgrade the control plane`. */
  readonly where: string;
}

export interface RequirementResult {
  readonly what: string;
  readonly status: 'ok' | 'missing' | 'unsuitable' | 'denied' | 'unknown';
  readonly detail: string;
  /** What to do about it. */
  readonly fix?: string;
}

export interface Briefing {
  readonly file: string;
  readonly bundle: RunbookBundle;
  /** Errors here mean that the runbook does not start. */
  readonly diagnostics: readonly Diagnostic[];
  readonly cluster: ClusterPin | undefined;
  readonly clusterProblem: { readonly message: string; readonly fix: string } | undefined;
  readonly requirements: readonly RequirementResult[];
  /** Values already known, by `--set` or as defaults. Secrets are shown as `set`. */
  readonly values: Readonly<Record<string, string>>;
  /** Values given that the parameter's type refuses. */
  readonly refused: readonly { readonly name: string; readonly message: string }[];
}

export interface PracticeStatus {
  readonly running: boolean;
  /** E.g. `stable-2.13.7, 4 applications, 21 pods`. */
  readonly detail: string;
  readonly kubeconfig: string | undefined;
}

export type Started =
  | { readonly ok: true; readonly walk: Walk }
  | {
      readonly ok: false;
      readonly message: string;
      readonly fix?: string;
      /** What a command line ends with; that of `notReady` where it is not said. */
      readonly exitCode?: number;
    };

export interface Services {
  /** The cluster every briefing is made for: shown on the home screen. */
  readonly target: () => Promise<{
    readonly cluster: ClusterPin | undefined;
    readonly problem: string | undefined;
  }>;
  readonly runbooks: () => Promise<readonly RunbookEntry[]>;
  /** Newest first. */
  readonly sessions: () => Promise<readonly SessionEntry[]>;
  readonly brief: (
    file: string,
    values: Readonly<Record<string, string>>,
  ) => Promise<Briefing | { readonly problem: string }>;
  readonly start: (file: string, values: Readonly<Record<string, string>>, mode: Mode) => Promise<Started>;
  readonly resume: (id: string, as: 'driver' | 'follower') => Promise<Started>;
  /** Puts a finding aside as known on a cluster (by the UID of its kube-system), and gives the day until when. Rejects where that cannot be written. */
  readonly suppress: (wish: {
    readonly cluster: string;
    readonly finding: PlacedFinding;
    readonly reason: string;
    readonly days: number;
  }) => Promise<string>;
  /** Markdown. */
  readonly report: (id: string) => Promise<string>;
  readonly practice: {
    readonly status: () => Promise<PracticeStatus>;
    /** Starts the practice cluster and makes it the target; waits until its mesh is ready. */
    readonly up: () => Promise<PracticeStatus>;
    readonly reset: () => Promise<PracticeStatus>;
    readonly down: () => Promise<PracticeStatus>;
  };
}
