/**
 * Answers for a session that nobody watches. Looks and changes run, defaults are taken, everything else comes from a
 * map of answers or stops the run.
 *
 * Keys of the map: the name of a parameter for its value; the id of an action (`step/1`) or else of its step for an `ask`,
 * a `choose` (its value) or a `confirm` (`yes`, or the text to be typed). An action's own key wins over its step's.
 */
import type { ActionRef } from './event.ts';
import type { Intent, Question } from './question.ts';

/** What was said beforehand for a walk that nobody watches: values and choices by name, and the one confirmation. */
export interface UnattendedPolicy {
  readonly answers: Readonly<Record<string, string>>;
  /** The name of the cluster, given on purpose: the only thing that lets an irreversible action run. */
  readonly confirm?: string;
  /** A failure is the end of the session: there is nothing in it that could be gone on with. */
  readonly endOnFailure?: true;
}

type UnattendedAnswer =
  | {
      readonly type: 'answer';
      readonly intent: Intent;
      readonly source: 'answers' | 'default';
    }
  /** A change failed. */
  | { readonly type: 'failed'; readonly detail: string }
  /** Nobody is there to answer; `detail` says what to give next time. */
  | { readonly type: 'stop'; readonly detail: string };

/** What is answered to a question without an operator. */
export function answerUnattended(question: Question, policy: UnattendedPolicy): UnattendedAnswer {
  switch (question.type) {
    case 'parameter':
      return forParameter(question, policy);
    case 'run':
      return forRun(question, policy);
    case 'confirm': {
      if (question.planned) return forChange(question, { type: 'confirm' }, policy);
      const given = answerFor(question.at, policy);
      const wanted = question.mustType ?? 'yes';
      if (given === undefined) {
        return stop(
          `"${question.message}" waits for a confirmation. Give ${question.at.action}: ${JSON.stringify(wanted)} in the answers.`,
        );
      }
      if (given !== wanted) {
        return stop(`The answer to ${question.at.action} must be ${JSON.stringify(wanted)} to confirm it.`);
      }
      return answered({ type: 'confirm', typed: given }, 'answers');
    }
    case 'choose': {
      const given = answerFor(question.at, policy);
      const value = given ?? question.default;
      if (value === undefined) {
        const values = question.options.map((option) => option.value).join(', ');
        return stop(
          `"${question.message}" waits for a choice. Give ${question.at.action} in the answers: one of ${values}.`,
        );
      }
      if (!question.options.some((option) => option.value === value)) {
        return stop(`The answer to ${question.at.action}, ${JSON.stringify(value)}, is none of its options.`);
      }
      return answered({ type: 'choose', value }, given === undefined ? 'default' : 'answers');
    }
    case 'read':
    case 'continue':
    case 'branch-finished':
      return answered({ type: 'continue' }, 'default');
    case 'failure':
      return { type: 'failed', detail: `${question.at.action}: ${question.detail}${likely(question)}` };
    case 'unknown-outcome':
      return forUnknown(question);
    case 'wrong-cluster':
      return stop(question.detail);
  }
}

/** What the diagnosis points at first, in a sentence. */
function likely({ branches: [first] }: Extract<Question, { type: 'failure' }>): string {
  if (!first?.found || first.found.certainty === 'undetermined') return '';
  const { severity, text } = first.found;
  const word = severity === 'blocker' || severity === 'error' ? 'Likely' : 'Perhaps';
  return ` ${word}: ${first.title} (${text.replace(/\.$/, '')}).`;
}

function forParameter(
  question: Extract<Question, { type: 'parameter' }>,
  policy: UnattendedPolicy,
): UnattendedAnswer {
  const { parameter, at, error } = question;
  const given = own(policy.answers, parameter.name) ?? (at && answerFor(at, policy));
  const value = given ?? parameter.default ?? (parameter.optional ? '' : undefined);
  if (error !== undefined) return stop(`The value given for ${parameter.name} is refused: ${error}`);
  if (value === undefined) {
    const asked = parameter.ask === undefined ? '' : ` ("${parameter.ask}")`;
    return stop(
      `The parameter ${parameter.name}${asked} has no value. Give ${parameter.name} in the answers.`,
    );
  }
  return answered({ type: 'value', value }, given === undefined ? 'default' : 'answers');
}

function forRun(question: Extract<Question, { type: 'run' }>, policy: UnattendedPolicy): UnattendedAnswer {
  if (question.block.interactive) {
    return stop(`${question.at.action} reads the keyboard, so it cannot run unattended.`);
  }
  return forChange(question, { type: 'run' }, policy);
}

/** A change is taken; what cannot be undone only where its confirmation was given on purpose. */
function forChange(
  question: Extract<Question, { type: 'run' | 'confirm' }>,
  intent: Extract<Intent, { type: 'run' | 'confirm' }>,
  policy: UnattendedPolicy,
): UnattendedAnswer {
  if (question.mustType === undefined) return answered(intent, 'default');
  if (policy.confirm === question.mustType) {
    return answered({ ...intent, typed: policy.confirm }, 'answers');
  }
  return stop(
    policy.confirm === undefined
      ? `${question.at.action} cannot be undone. It runs unattended only with --confirm ${question.mustType}.`
      : `${question.at.action} cannot be undone, and --confirm names ${policy.confirm}, not ${question.mustType}.`,
  );
}

function forUnknown(question: Extract<Question, { type: 'unknown-outcome' }>): UnattendedAnswer {
  switch (question.verified) {
    case 'done':
      return answered({ type: 'settle', done: true, note: 'Its verify says that it is done.' }, 'default');
    case 'not-done':
      return answered(
        { type: 'settle', done: false, note: 'Its verify says that it is not done.' },
        'default',
      );
    case 'no-verify':
      return stop(
        `Nobody saw how ${question.at.action} ended, and it has no verify that could tell. Look at it, then resume with an operator.`,
      );
    case 'could-not-tell':
      return stop(
        `Nobody saw how ${question.at.action} ended, and its verify could not tell. Look at it, then resume with an operator.`,
      );
  }
}

function answerFor(at: ActionRef, policy: UnattendedPolicy): string | undefined {
  return own(policy.answers, at.action) ?? own(policy.answers, at.step);
}

function own(record: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function answered(intent: Intent, source: 'answers' | 'default'): UnattendedAnswer {
  return { type: 'answer', intent, source };
}

function stop(detail: string): UnattendedAnswer {
  return { type: 'stop', detail };
}
