/** The survey as it is printed: one entry for each workload and version, whatever form it is given in. */

import type { OwnerKind, Role, Skew, Survey } from '../../data-plane/model.ts';
import { counted } from '../../data-plane/words.ts';
import { byName } from '../../linkerd/version-order.ts';
import type { Glyphs } from '../../terminal/glyphs.ts';
import type { StyleName } from '../../terminal/line.ts';

/** Which cluster was looked at, and when (ms since the epoch). */
export interface SurveyedCluster {
  readonly name: string;
  readonly server: string;
  readonly practice: boolean;
  readonly at: number;
  /** The namespaces that were asked for; none: all. */
  readonly namespaces: readonly string[];
}

/** How a proxy stands, or that there is none where there should be one. */
export type Standing = Skew | 'unmeshed';

export interface Entry {
  readonly namespace: string;
  readonly kind: OwnerKind;
  readonly name: string;
  /** `''` where the proxy does not say, or there is none. */
  readonly version: string;
  readonly standing: Standing;
  readonly pods: number;
  readonly otherTrustRoot: number;
  readonly override: string;
  readonly role: Role;
  readonly extension: string;
  readonly meshOf: string;
}

/** Workloads, bare pods and workloads without their proxy, by namespace; `behind`: only those that a restart brings up to date. */
export function entriesOf(survey: Survey, behind: boolean): readonly Entry[] {
  const all: Entry[] = [
    ...survey.rows.map(({ skew, examples: _, ...row }) => ({ ...row, standing: skew })),
    ...survey.bare.map(({ skew, otherTrustRoot, ...pod }) => ({
      ...pod,
      kind: 'Pod' as const,
      standing: skew,
      pods: 1,
      otherTrustRoot: Number(otherTrustRoot),
    })),
    ...survey.unmeshed.map(({ namespace, kind, name, pods }) => ({
      namespace,
      kind,
      name,
      pods,
      version: '',
      standing: 'unmeshed' as const,
      otherTrustRoot: 0,
      override: '',
      role: 'data-plane' as const,
      extension: '',
      meshOf: '',
    })),
  ];
  return all
    .filter((entry) => !behind || isBehind(entry))
    .sort(
      // What is in order stays so: the survey's own order holds within a namespace.
      (a, b) => byName(a.namespace, b.namespace),
    );
}

export function isBehind({ standing, role }: Pick<Entry, 'standing' | 'role'>): boolean {
  return (standing === 'supported' || standing === 'old') && role !== 'control-plane';
}

/** The words, so that no meaning rests on a colour or a mark. */
export const STANDING_WORDS: Readonly<Record<Standing, string>> = {
  current: 'current',
  supported: 'behind',
  old: 'too old',
  ahead: 'ahead',
  unknown: 'unknown',
  unmeshed: 'no proxy',
};

export const STANDING_STYLES: Readonly<Record<Standing, StyleName>> = {
  current: 'ok',
  supported: 'warning',
  old: 'bad',
  ahead: 'bad',
  unknown: 'quiet',
  unmeshed: 'warning',
};

export function standingMark(standing: Standing, glyphs: Glyphs): string {
  switch (standing) {
    case 'current':
      return glyphs.done;
    case 'supported':
    case 'unmeshed':
      return glyphs.warning;
    case 'old':
    case 'ahead':
      return glyphs.failed;
    case 'unknown':
      return glyphs.unknown;
  }
}

export const versionWords = (version: string): string => (version === '' ? '-' : version);

/** What is worth a word besides the version: whose it is, what pins it, other anchors. */
export function notesOf(entry: Entry): string {
  return [
    entry.role === 'control-plane' ? 'control plane' : '',
    entry.extension === '' ? '' : `extension ${entry.extension}`,
    entry.kind === 'Pod' && entry.standing !== 'unmeshed' ? 'no owner' : '',
    entry.override === '' ? '' : `pinned to ${entry.override}`,
    entry.otherTrustRoot === 0
      ? ''
      : entry.otherTrustRoot === entry.pods
        ? 'other trust root'
        : `other trust root: ${counted(entry.otherTrustRoot, 'pod')}`,
  ]
    .filter((note) => note !== '')
    .join(', ');
}
