/** A diagnosis as it is printed: findings under the pitfalls that they point at, and symptoms under their causes. */
import type { Diagnosis } from '../../diagnosis/diagnose.ts';
import type { PlacedFinding, Severity } from '../../diagnosis/finding.ts';
import type { SetAside } from '../../diagnosis/known.ts';
import { severities } from '../../diagnosis/order.ts';
import { rankPitfalls } from '../../diagnosis/pitfall.ts';
import type { Snapshot } from '../../diagnosis/snapshot.ts';
import type { CataloguedPitfall } from './catalogue.ts';
import type { SeenControlPlanes } from './mesh.ts';

/** What is printed, whatever its form. */
export interface Report {
  readonly snapshot: Pick<Snapshot, 'cluster' | 'takenAt' | 'tookMs'>;
  /** Those that are there; undefined where that could not be seen. */
  readonly controlPlanes: SeenControlPlanes;
  /** All that was found but for what is known. */
  readonly diagnosis: Diagnosis;
  readonly known: Pick<SetAside, 'suppressed' | 'expired'>;
  /** Whether those that are suppressed are named. */
  readonly showSuppressed: boolean;
  readonly catalogue: readonly CataloguedPitfall[];
  readonly threshold: Severity;
  /** Options that name the same cluster, for commands to copy. */
  readonly clusterOptions: readonly string[];
  /** Values for parameters beyond those of findings. */
  readonly values: Readonly<Record<string, string>>;
}

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
  /** How many are below the threshold. */
  readonly lesser: number;
}

/** What of a report is printed. */
export function arrange({
  diagnosis: { findings },
  catalogue,
  threshold,
}: Pick<Report, 'diagnosis' | 'catalogue' | 'threshold'>): Arranged {
  const weighty = findings.filter(({ severity }) => reaches(severity, threshold));
  const known = weighty.filter(isKnown);
  // A symptom whose cause is not shown stands for itself.
  const isSymptom = ({ symptomOf }: PlacedFinding) => known.some(({ code }) => code === symptomOf);
  const roots = known.filter((finding) => !isSymptom(finding));
  const shown = (finding: PlacedFinding): Shown => {
    const after = allAfter(finding.code, known);
    return { finding, symptoms: known.filter((each) => after.has(each) && !roots.includes(each)) };
  };
  const ranked = rankPitfalls(catalogue, roots);
  const named = new Set(ranked.flatMap(({ found }) => found));
  return {
    pitfalls: ranked.map(({ found, ...pitfall }) => ({ pitfall, found: found.map(shown) })),
    others: roots.filter((finding) => !named.has(finding)).map(shown),
    undetermined: weighty.filter((finding) => !isKnown(finding)),
    lesser: findings.length - weighty.length,
  };
}

/** What follows from a finding, and what follows from that. */
function allAfter(code: string, known: readonly PlacedFinding[]): ReadonlySet<PlacedFinding> {
  const after = new Set<PlacedFinding>();
  const codes = [code];
  for (const cause of codes) {
    for (const each of known) {
      if (each.symptomOf !== cause || after.has(each)) continue;
      after.add(each);
      codes.push(each.code);
    }
  }
  return after;
}

/** Whether the diagnosis has something at or above the threshold that is more than a suspicion. */
export const isFound = ({ diagnosis, threshold }: Pick<Report, 'diagnosis' | 'threshold'>): boolean =>
  diagnosis.findings.some((finding) => isKnown(finding) && reaches(finding.severity, threshold));

const isKnown = ({ certainty }: PlacedFinding) => certainty !== 'undetermined';

/** At least as grave. */
const reaches = (severity: Severity, threshold: Severity): boolean =>
  severities.indexOf(severity) <= severities.indexOf(threshold);
