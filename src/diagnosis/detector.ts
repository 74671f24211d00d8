/** What a detector is: one question to the evidence. Pure, so that it can be asked of a live cluster and of a saved snapshot alike. */
import type { Finding, Layer, Severity } from './finding.ts';
import type { Part } from './snapshot.ts';
import type { View } from './view.ts';

/** What is the same for every finding of one code. */
export interface FindingKind {
  readonly severity: Severity;
  readonly layer: Layer;
  /** The heading of its page, and its name in lists of what is looked for. */
  readonly title: string;
  /** Codes that explain it where they are found, too. */
  readonly causedBy?: readonly string[];
}

/** A finding as a detector gives it: what its kind says already is added, and lists are cut, by `finding()`. */
export type Found = Omit<Finding, 'severity' | 'layer' | 'subjectCount' | 'causedBy'> &
  Partial<Pick<Finding, 'severity' | 'subjectCount' | 'causedBy'>>;

export interface Detector {
  /** Every code that it can give. A code belongs to one detector. */
  readonly kinds: Readonly<Record<string, FindingKind>>;
  /**
   * Without one of these it cannot tell: it is not asked, and its codes are named as not checked. A part that is `absent` (the
   * cluster has no such kind) counts as read and empty. What it can do without, it asks the view for itself.
   */
  readonly needs: readonly Part[];
  /** Gives every finding there is, or none. What cannot be told is given as `undetermined`, never left out. */
  readonly look: (view: View) => readonly Found[];
}
