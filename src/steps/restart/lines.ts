/** The lines of the record: what each turn of a restart is called for people, with the data to go on from. */
import { beforeAll, type Deed } from '../../data-plane/restart-next.ts';
import type { RestartNote } from '../../data-plane/restart-notes.ts';
import { type PlannedWorkload, workloadName } from '../../data-plane/restart-plan.ts';
import type { Ending } from '../../state/event.ts';
import type { Patched } from './patch-workload.ts';

export interface RecordLine {
  readonly text: string;
  readonly note: RestartNote;
}

/** `wave 2 of 5` */
export const ordinal = (wave: number, of: number): string => `wave ${wave + 1} of ${of}`;

/** Before the patch. */
export function restartingLine(workload: PlannedWorkload, stamp: string, place: string): RecordLine {
  const note = { type: 'restarting', id: workload.id, stamp } as const;
  const how = workload.begun === undefined ? 'Restarting' : 'Going on with the restart of';
  return { text: `${how} ${workloadName(workload)}, ${place}.`, note };
}

/** What came of the patch; undefined where nobody knows. */
export function patchedLine(workload: PlannedWorkload, patched: Patched): RecordLine | undefined {
  const { id } = workload;
  const name = workloadName(workload);
  switch (patched.type) {
    case 'taken': {
      const { generation, foreign } = patched;
      const how = foreign ? 'was restarted by somebody else meanwhile' : 'was told to restart';
      return { text: `${name} ${how}, generation ${generation}.`, note: { type: 'patched', id, generation } };
    }
    case 'gone':
      return skippedLine(workload, patched.why);
    case 'refused': {
      const { why } = patched;
      return { text: `${name} was not restarted. ${why}`, note: { type: 'failed', id, why } };
    }
    case 'unknown':
      return undefined;
  }
}

/** What came of its rollout. */
export function settledLine({ workload, verdict }: Extract<Deed, { type: 'settle' }>): RecordLine {
  const { id } = workload;
  const name = workloadName(workload);
  switch (verdict.type) {
    case 'done':
      return { text: `${name}: ${verdict.detail}.`, note: { type: 'done', id } };
    case 'failed':
      return { text: `${name} has failed. ${verdict.why}`, note: { type: 'failed', id, why: verdict.why } };
    case 'gone':
      return skippedLine(workload, verdict.why);
  }
}

function skippedLine(workload: PlannedWorkload, why: string): RecordLine {
  return {
    text: `${workloadName(workload)} is skipped. ${why}`,
    note: { type: 'skipped', id: workload.id, why },
  };
}

/** What the command of the gate has said. */
export function gateLine(wave: number, when: 'before' | 'after', ending: Ending): RecordLine {
  const place = wave === beforeAll ? 'before the first wave' : `of wave ${wave + 1}`;
  if (ending.type === 'exited' && ending.ok) {
    return { text: `The gate ${place} has passed.`, note: { type: 'gate-passed', wave, when } };
  }
  const why = ending.type === 'exited' ? `ended with exit code ${ending.code}` : 'did not come to its end';
  return { text: `The gate ${place} ${why}.`, note: { type: 'gate-failed', wave, why } };
}
