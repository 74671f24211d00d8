/** A diagnosis as it is printed: findings under the pitfalls that they point at, and symptoms under their causes. */
import type { Diagnosis } from '../../diagnosis/diagnose.ts';
import type { NotChecked, PlacedFinding, Severity } from '../../diagnosis/finding.ts';
import { severities } from '../../diagnosis/order.ts';
import { rankPitfalls } from '../../diagnosis/pitfall.ts';
import type { Snapshot } from '../../diagnosis/snapshot.ts';
import type { CataloguedPitfall } from './catalogue.ts';

/** A finding with what follows from it. */
export interface Shown {
  readonly finding: PlacedFinding;
  readonly symptoms: readonly PlacedFinding[];
}

export interface ShownPitfall {
  readonly pitfall: CataloguedPitfall;
  readonly found: readonly Shown[];
}

export interface Arranged {
  /** What is known or likely: the gravest first. */
  readonly pitfalls: readonly ShownPitfall[];
  /** Known or likely, and named by no pitfall. */
  readonly others: readonly Shown[];
  /** What may be so and could not be told. */
  readonly undetermined: readonly PlacedFinding[];
  /** Below the threshold. */
  readonly lesser: number;
}

/** What of a diagnosis is printed, all of it at or above `threshold`. */
export function arrange(
  findings: readonly PlacedFinding[],
  catalogue: readonly CataloguedPitfall[],
  threshold: Severity,
): Arranged {
  const weighty = findings.filter(({ severity }) => reaches(severity, threshold));
  const known = weighty.filter(({ certainty }) => certainty !== 'undetermined');
  // A symptom whose cause is not shown stands for itself.
  const isSymptom = ({ symptomOf }: PlacedFinding) => known.some(({ code }) => code === symptomOf);
  const roots = known.filter((finding) => !isSymptom(finding));
  const shown = (finding: PlacedFinding): Shown => ({
    finding,
    symptoms: known.filter((each) => each.symptomOf === finding.code && isSymptom(each)),
  });
  const ranked = rankPitfalls(catalogue, roots);
  const named = new Set(ranked.flatMap(({ found }) => found));
  return {
    pitfalls: ranked.map(({ found, ...pitfall }) => ({ pitfall, found: found.map(shown) })),
    others: roots.filter((finding) => !named.has(finding)).map(shown),
    undetermined: weighty.filter(({ certainty }) => certainty === 'undetermined'),
    lesser: findings.length - weighty.length,
  };
}

/** At least as grave. */
export const reaches = (severity: Severity, threshold: Severity): boolean =>
  severities.indexOf(severity) <= severities.indexOf(threshold);

/** What is printed, whatever its form. */
export interface Report {
  readonly snapshot: Pick<Snapshot, 'cluster' | 'takenAt' | 'tookMs'>;
  readonly diagnosis: Pick<Diagnosis, 'findings' | 'checked'> & {
    readonly notChecked: readonly NotChecked[];
  };
  readonly catalogue: readonly CataloguedPitfall[];
  readonly threshold: Severity;
  /** Options that name the same cluster, for commands to copy. */
  readonly clusterOptions: readonly string[];
  /** Values for parameters beyond those of findings. */
  readonly values: Readonly<Record<string, string>>;
}
