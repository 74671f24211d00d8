/** The part of the report about what was looked for on the cluster, and found. Pure. */
import type { PlacedFinding } from '../diagnosis/finding.ts';
import type { RunbookBundle } from '../runbook/model.ts';
import type { DiagnosisOccasion } from './event.ts';
import { code, plain } from './markdown-text.ts';
import { stepTitle, time } from './report-words.ts';
import type { Frame, SessionState } from './session.ts';

/** As many proofs of a finding as a ticket can bear; the journal has them all. */
const proofsShown = 3;

const occasions: Readonly<Record<DiagnosisOccasion, string>> = {
  failure: 'after it failed',
  asked: 'while it was under way',
  watch: 'what appeared while it was under way',
};

/** Every diagnosis, in order, with its findings and their proofs. */
export function diagnoses(session: SessionState, bundle: RunbookBundle, frames: readonly Frame[]): string[] {
  return session.diagnoses.flatMap(({ diagnosis, ...at }) => {
    const { findings, more, suppressed, notChecked, checked } = diagnosis;
    return [
      `### ${plain(stepTitle(bundle, frames, at))}, ${occasions[at.occasion]}, ${time(at.time)}`,
      '',
      ...(findings.length === 0
        ? [
            at.occasion === 'watch'
              ? '- What had appeared was gone again.'
              : `- Nothing was found; ${checked} things were looked for.`,
          ]
        : findings.flatMap(lines)),
      ...(more > 0 ? [`- and ${more} more.`] : []),
      ...(suppressed > 0 ? [`- ${suppressed} put aside as known.`] : []),
      ...notChecked.map(
        ({ part, message, codes }) =>
          `- Not looked at: ${code(part)}. ${plain(message)} So these were not looked for: ${codes.map(code).join(', ')}.`,
      ),
      '',
    ];
  });
}

function lines(finding: PlacedFinding): string[] {
  const { severity, certainty, title, symptomOf, evidence } = finding;
  const sure = certainty === 'confirmed' ? '' : `, ${certainty}`;
  const cause = symptomOf === undefined ? '' : ` It follows from ${code(symptomOf)}.`;
  return [
    `- ${severity}${sure}: ${plain(title)} (${code(finding.code)}).${cause}`,
    ...evidence.slice(0, proofsShown).map(({ ref, path, value, expected }) => {
      const where = path === undefined ? plain(ref) : `${plain(ref)} ${code(path)}`;
      const wanted = expected === undefined ? '' : `, expected ${code(expected)}`;
      return `  - ${where}: ${code(value)}${wanted}`;
    }),
    ...(evidence.length > proofsShown ? [`  - and ${evidence.length - proofsShown} more`] : []),
  ];
}
