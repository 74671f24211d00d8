/** The catalogue of pitfalls: runbooks whose front matter names the findings that point at them. Ranked by what was found. */

import { texts } from '../rollout/json.ts';
import type { RunbookBundle } from '../runbook/model.ts';
import type { PlacedFinding } from './finding.ts';
import { compareFindings } from './order.ts';

export interface Pitfall {
  /** The key in the bundle. */
  readonly file: string;
  readonly title: string;
  /** Codes of the findings that point at it, in the order of the file. */
  readonly findings: readonly string[];
}

/** A pitfall with what points at it now, the gravest first. */
export type RankedPitfall<P extends Pitfall = Pitfall> = P & {
  readonly found: readonly PlacedFinding[];
};

/** Every runbook of the bundle that has `findings` in its front matter, in the order of their titles. */
export function pitfallsOf(bundle: RunbookBundle): readonly Pitfall[] {
  return Object.values(bundle.runbooks)
    .map(({ file, title, frontMatter }) => ({ file, title, findings: texts(frontMatter.findings) }))
    .filter(({ findings }) => findings.length > 0)
    .sort((a, b) => (a.title < b.title ? -1 : 1));
}

/**
 * The pitfalls that something points at, by their gravest finding. Symptoms and what is undetermined do not rank a pitfall
 * before what is known: they come after.
 */
export function rankPitfalls<P extends Pitfall>(
  pitfalls: readonly P[],
  findings: readonly PlacedFinding[],
): readonly RankedPitfall<P>[] {
  return pitfalls
    .map((pitfall) => ({
      ...pitfall,
      found: findings.filter(({ code }) => pitfall.findings.includes(code)),
    }))
    .filter(({ found }) => found.length > 0)
    .sort((a, b) => compareFindings(a.found[0]!, b.found[0]!) || (a.file < b.file ? -1 : 1));
}
