/** The part of the report about actions that plan and write down what they do. Pure. */
import type { RunbookBundle } from '../runbook/model.ts';
import { code, fenced, plain } from './markdown-text.ts';
import { stepTitle, time } from './report-words.ts';
import type { Frame } from './session.ts';

/** As many notes of an action as a ticket can bear; the journal has them all. */
const notesShown = 200;

/** What was planned before a change, what was left out of it, and what was noted while it was done. */
export function plans(bundle: RunbookBundle, frames: readonly Frame[]): string[] {
  return frames.flatMap((frame) =>
    Object.entries(frame.steps).flatMap(([step, state]) =>
      Object.entries(state.actions).flatMap(([action, { plan, earlier, notes: latest, ended }]) => {
        const notes = [...earlier, ...latest];
        if (plan === undefined && notes.length === 0) return [];
        const title = plain(stepTitle(bundle, frames, { frame: frame.id, step }));
        const more = notes.length - notesShown;
        return [
          `### ${title} (${code(action)})`,
          '',
          ...(plan === undefined ? [] : [fenced(plan.text, '', 'text'), '']),
          ...(plan === undefined || plan.excluded.length === 0
            ? []
            : [`Left out by the operator: ${plan.excluded.map(code).join(', ')}.`, '']),
          ...notes.slice(0, notesShown).map((note) => `- ${time(note.time)} ${plain(note.text)}`),
          ...(more > 0 ? [`- and ${more} more in the journal`] : []),
          ...(ended ? ['', `It ended ${ended.ok ? 'well' : 'without success'}: ${plain(ended.detail)}`] : []),
          '',
        ];
      }),
    ),
  );
}
