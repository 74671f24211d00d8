import type { Question } from '../../state/question.ts';
import type { CommandRun } from '../../state/session.ts';
import type { WalkState } from '../../state/walk.ts';
import { clusterName, returnsTo } from './place.ts';

const changes = {
  look: 'Look at',
  change: 'Run this on',
  irreversible: 'Run this on',
} as const;

/** The one line that a question comes down to. It names the cluster wherever something would change. */
export function questionLine(walk: WalkState, question: Question): string {
  const cluster = clusterName(walk.session);
  const dry = walk.session.mode === 'dry-run';
  switch (question.type) {
    case 'parameter':
      return question.parameter.ask ?? `Value of ${question.parameter.name}?`;
    case 'run': {
      if (question.mustType !== undefined)
        return `This cannot be undone. To run it, type the cluster's name: ${question.mustType}`;
      if (question.purpose === 'undo') return `Run the undo on ${cluster}?`;
      return dry ? `Show this as run on ${cluster}?` : `${changes[question.risk]} ${cluster}?`;
    }
    case 'read':
      return `Read this. Then it looks at ${cluster}: nothing is changed.`;
    case 'confirm':
      if (question.planned && question.mustType === undefined)
        return `Do this on ${cluster}? ${question.message}`;
      return question.mustType === undefined
        ? question.message
        : `${question.message} To confirm, type: ${question.mustType}`;
    case 'choose':
      return question.message;
    case 'continue':
      return question.remark === undefined ? 'Done. Go on?' : 'Go on?';
    case 'failure':
      return wasUndone(question.run) ? 'The change was undone. What now?' : 'This step failed. What now?';
    case 'unknown-outcome':
      return 'Nobody saw how this ended. Was it done?';
    case 'branch-finished':
      return `This branch is at its end. Back to ${returnsTo(walk) ?? 'the step that failed'}?`;
    case 'wrong-cluster':
      if (walk.session.cluster?.practice) return 'Nothing runs any more: q, then x, stops the session.';
      return 'Nothing runs until the pinned cluster answers again.';
  }
}

/** Whether what a failure is about is an undo that went well: the step is as it was before. */
export const wasUndone = (run: CommandRun | undefined): boolean =>
  run?.purpose === 'undo' &&
  (run.settled ? run.settled.done : run.ending?.type === 'exited' && run.ending.ok);

/** What `verify` said about a command whose end nobody saw. */
export function verifiedLine(verified: Extract<Question, { type: 'unknown-outcome' }>['verified']): string {
  switch (verified) {
    case 'done':
      return 'Its verify says: done.';
    case 'not-done':
      return 'Its verify says: not done.';
    case 'no-verify':
      return 'It has no verify: look for yourself before you say.';
    case 'could-not-tell':
      return 'Its verify could not tell.';
  }
}
