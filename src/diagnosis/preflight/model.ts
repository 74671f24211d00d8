/** What a preflight is made of: checks in groups, each with what it found. Plain data; all of it can be kept as JSON. */
import type { Detector } from '../detector.ts';
import type { Evidence } from '../finding.ts';
import type { Part } from '../snapshot.ts';
import type { View } from '../view.ts';

/** Groups in the order in which an upgrade asks for them: what refuses it first, what outlasts it last. */
export const preflightGroups = {
  versions: 'Versions of Kubernetes and Linkerd',
  tools: 'Tools on this machine',
  settings: 'How Linkerd was installed',
  definitions: 'Resource definitions',
  certificates: 'Certificates and clocks',
  availability: 'The control plane, and what keeps it there',
  resources: 'Room and resources',
  nodes: 'Nodes, and how traffic is redirected',
  network: 'The network around the control plane',
  protocols: 'Protocols that need to be configured',
  policies: 'Policies, routes and profiles',
  'data-plane': 'Meshed workloads',
  extensions: 'Extensions and links',
  observability: 'Metrics and tap',
  permissions: 'What you may do',
  backup: 'Backups',
} as const;

export type PreflightGroup = keyof typeof preflightGroups;

/** The names of all groups, in order. */
export const preflightGroupNames = Object.keys(preflightGroups) as readonly PreflightGroup[];

/** `unchecked`: nobody could tell; why is among the remarks. */
export type PreflightStatus = 'fail' | 'warn' | 'unchecked' | 'pass';

/** One thing to be said of a check. `info` weighs nothing. */
export interface PreflightRemark {
  readonly weight: Exclude<PreflightStatus, 'pass'> | 'info';
  /** One or two sentences. */
  readonly text: string;
  /** The fields and values that show it, at most 10; `more` counts those that are left out. */
  readonly evidence: readonly Evidence[];
  readonly more?: number;
  /** What to do, in a sentence or two. */
  readonly todo?: string;
  /** The finding of the diagnosis that it is. */
  readonly code?: string;
}

export interface PreflightCheck {
  /** Stable, kebab-case. */
  readonly name: string;
  readonly group: PreflightGroup;
  /** What has to hold, in one line. */
  readonly holds: string;
  /** Findings of the diagnosis that answer it: they are its remarks. */
  readonly codes?: readonly string[];
  /** Asked for the target itself in place of the next hop: what they find there stands today, and no hop takes it away. */
  readonly atTarget?: readonly Detector[];
  /** Without one of these it cannot tell: it is not asked. What it can do without, it asks the view for itself. */
  readonly needs?: readonly Part[];
  /** What else is to be said. Pure; absent where findings say all. */
  readonly look?: (view: View) => readonly PreflightRemark[];
}

/** A check with what came of it. */
export interface PreflightResult {
  readonly name: string;
  readonly group: PreflightGroup;
  readonly holds: string;
  readonly status: PreflightStatus;
  /** The gravest first. */
  readonly remarks: readonly PreflightRemark[];
}
