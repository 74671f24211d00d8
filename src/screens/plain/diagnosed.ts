/** What plain mode says of diagnoses. Pure. */

import type { PlacedFinding } from '../../diagnosis/finding.ts';
import { showControls } from '../../runbook/strip-controls.ts';
import type { ActionRef } from '../../state/event.ts';
import { sameAction } from '../../state/scene.ts';
import type { Diagnosed } from '../../state/session.ts';
import type { WalkState } from '../../state/walk.ts';
import type { Said } from './said.ts';

/** As many findings as are read at a glance; the report has them all. */
const findingsTold = 8;

/** That the cluster is being looked at, and what each look has found. */
export function diagnosed(before: WalkState | undefined, after: WalkState): readonly Said[] {
  const said: Said[] = [];
  if (after.live.diagnosing && after.live.diagnosing !== before?.live.diagnosing)
    said.push({
      type: 'text',
      text: 'Looking at the cluster for what is wrong ...',
    });
  const all = after.session.diagnoses;
  // What was found before a resume is in the record, and is looked at anew.
  const known = before?.session.diagnoses.length ?? all.length;
  for (let index = known; index < all.length; index += 1) {
    const one = all[index]!;
    said.push(...(one.occasion === 'watch' ? news(one, all.slice(0, index)) : found(one)));
  }
  return said;
}

function found({ diagnosis }: Diagnosed): readonly Said[] {
  const { findings, more, suppressed, notChecked, checked } = diagnosis;
  const shown = findings.slice(0, findingsTold);
  const left = findings.length - shown.length + more;
  return [
    findings.length === 0
      ? { type: 'text', text: `Nothing was found that explains it; ${checked} things were looked for.` }
      : { type: 'heading', text: 'Found' },
    ...shown.flatMap(lines),
    ...(left > 0 ? [text(`  and ${left} more in the record`)] : []),
    ...(suppressed > 0 ? [text(`  ${suppressed} known and not shown`)] : []),
    ...notChecked.slice(0, 3).map(({ part, message }) => text(`  not looked at: ${part}. ${message}`)),
    ...(notChecked.length > 3 ? [text(`  and ${notChecked.length - 3} more parts could not be read`)] : []),
  ];
}

/** Of what is announced beside an action only that which was not announced before. */
function news(
  { diagnosis, ...at }: Diagnosed & ActionRef,
  earlier: readonly (Diagnosed & ActionRef)[],
): readonly Said[] {
  const last = earlier.findLast((one) => one.occasion === 'watch' && sameAction(one, at));
  const known = new Set(last?.diagnosis.findings.map(({ fingerprint }) => fingerprint));
  const now = new Set(diagnosis.findings.map(({ fingerprint }) => fingerprint));
  return [
    ...diagnosis.findings
      .filter(({ fingerprint }) => !known.has(fingerprint))
      .map(({ title }): Said => ({ type: 'notice', text: showControls(`Meanwhile: ${title}`) })),
    ...(last?.diagnosis.findings ?? [])
      .filter(({ fingerprint }) => !now.has(fingerprint))
      .map(({ title }) => text(`No longer: ${title}`)),
  ];
}

/** The finding, and the first proof of it. */
function lines({ severity, certainty, title, symptomOf, evidence: [proof] }: PlacedFinding): readonly Said[] {
  const word = certainty === 'undetermined' ? 'cannot tell' : severity;
  const why = symptomOf === undefined ? '' : ` (follows from ${symptomOf})`;
  const where = proof && `${proof.ref}${proof.path === undefined ? '' : ` ${proof.path}`}`;
  return [text(`  ${word}: ${title}${why}`), ...(proof ? [text(`    ${where}: ${proof.value}`)] : [])];
}

const text = (line: string): Said => ({ type: 'text', text: showControls(line) });
