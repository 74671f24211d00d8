/** What a diagnosis says of the action at hand, as the screens list it. Pure. */
import type { PlacedFinding, Severity } from '../../diagnosis/finding.ts';
import { type Pitfall, pitfallsOf, type RankedPitfall, rankPitfalls } from '../../diagnosis/pitfall.ts';
import type { DiagnosisRecord } from '../../diagnosis/record.ts';
import type { WalkState } from '../../state/walk.ts';
import type { Glyphs } from '../../terminal/glyphs.ts';
import { type Span, span } from '../../terminal/line.ts';
import { actionState, currentAction } from './place.ts';

/** The last diagnosis of the action at hand, and when it was made (RFC 3339); undefined where there was none. */
export function diagnosisNow(
  walk: WalkState,
): { readonly record: DiagnosisRecord; readonly time: string } | undefined {
  const at = currentAction(walk);
  const diagnosed = at && actionState(walk, at)?.diagnosed;
  return diagnosed && { record: diagnosed.diagnosis, time: diagnosed.time };
}

/** A diagnosis sorted for reading. */
export interface Sorted {
  readonly pitfalls: readonly RankedPitfall[];
  /** Findings that no pitfall of the catalogue names. */
  readonly others: readonly PlacedFinding[];
  /** Pitfalls that nothing points at. */
  readonly rest: readonly Pitfall[];
}

/** Which pitfalls the findings point at, which findings no pitfall names, and what else the catalogue has. */
export function sortFindings(walk: WalkState, record: DiagnosisRecord | undefined): Sorted {
  const catalogue = pitfallsOf(walk.bundle);
  const findings = record?.findings ?? [];
  const pitfalls = rankPitfalls(catalogue, findings);
  const named = new Set(catalogue.flatMap(({ findings: codes }) => codes));
  return {
    pitfalls,
    others: findings.filter(({ code }) => !named.has(code)),
    rest: catalogue.filter(({ file }) => !pitfalls.some((one) => one.file === file)),
  };
}

const words: Readonly<Record<Severity, string>> = {
  blocker: 'blocker',
  error: 'error',
  warning: 'warning',
  info: 'note',
};

/** How grave a finding is, as a mark and a word: meaning never rests on colour alone. */
export function gravity({ severity, certainty }: PlacedFinding, glyphs: Glyphs): readonly Span[] {
  if (certainty === 'undetermined') return [span(`${glyphs.unknown} cannot tell`, 'info')];
  const style = severity === 'info' ? 'info' : severity === 'warning' ? 'warning' : 'bad';
  const mark = { blocker: glyphs.failed, error: glyphs.failed, warning: glyphs.warning, info: glyphs.info }[
    severity
  ];
  const sure = certainty === 'likely' ? ', likely' : '';
  return [span(`${mark} ${words[severity]}${sure}`, style)];
}
