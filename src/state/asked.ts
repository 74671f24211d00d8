/** What makes two questions the same one, and what of a refusal stays beside a question. Pure. */
import type { Question } from './question.ts';
import type { SessionState } from './session.ts';

/** Why an answer was not taken. */
export interface Refusal {
  readonly why: string;
  /** It was an answer of the right sort: the reason is shown beside the question. */
  readonly again: boolean;
  /** How many answers to this question have been refused. */
  readonly times: number;
}

/** A refusal that is not about what was given leaves the error beside the question that is there. */
export function errorOf({ why, again }: Refusal, before: Question | undefined): string | undefined {
  return again ? why : before && 'error' in before ? before.error : undefined;
}

/** Whether the reason of a refusal is shown beside the question. */
export function takesError(question: Question): boolean {
  return question.type === 'parameter' || question.type === 'run' || question.type === 'confirm';
}

/** Whether the same failure offers other ways than before: a diagnosis has come. */
export function differs(before: Question, after: Question): boolean {
  return (
    before.type === 'failure' &&
    after.type === 'failure' &&
    JSON.stringify(before.branches) !== JSON.stringify(after.branches)
  );
}

/** Two questions with one key are the same question. What was run since makes it another one. */
export function questionKey(question: Question, session: SessionState): string {
  const at = 'at' in question ? question.at : undefined;
  const frame = session.stack.at(-1);
  const state = at && frame?.steps[at.step]?.actions[at.action];
  const purpose = question.type === 'run' ? question.purpose : '';
  const name = question.type === 'parameter' ? question.parameter.name : '';
  const detail = question.type === 'wrong-cluster' ? question.detail : '';
  return JSON.stringify([
    question.type,
    at,
    frame?.id,
    state?.runs.length,
    state?.retries,
    purpose,
    name,
    detail,
    session.left.length,
  ]);
}
