/** A question as plain mode prints it: what it is about, the question, and the words it takes. Pure. */
import { pitfallsOf } from '../../diagnosis/pitfall.ts';
import { showControls } from '../../runbook/strip-controls.ts';
import type { ActionRef } from '../../state/event.ts';
import type { Question } from '../../state/question.ts';
import type { Taken, WalkState } from '../../state/walk.ts';
import { actionAt, actionState, isShell } from '../words/place.ts';
import { questionLine, verifiedLine } from '../words/question.ts';
import { pitfallName, wordsFor } from './answers.ts';
import { commandLines } from './narrate.ts';
import { indent, type Said } from './said.ts';

const say = (type: Exclude<Said['type'], 'output' | 'explain'>, text: string): Said => ({ type, text });

/** Everything printed when a question comes up, the answer words last. */
export function askLines(walk: WalkState, question: Question): readonly Said[] {
  return [
    ...explain(question),
    ...about(walk, question),
    say('heading', `? ${questionLine(walk, question)}`),
    answerLine(walk, question),
  ];
}

/** A question that nobody was asked, and what it was answered with. Nothing where it has only been gone on. */
export function takenLines(walk: WalkState, taken: Taken): readonly Said[] {
  const { question, intent } = taken;
  const from = taken.source === 'default' ? 'the default' : 'the answers file';
  const told = (answer: string): readonly Said[] => [
    ...explain(question),
    say('heading', `? ${questionLine(walk, question)}`),
    say('text', `  = ${answer === '' ? '(empty)' : answer}, from ${from}`),
  ];
  switch (question.type) {
    case 'parameter':
      if (intent.type !== 'value') return [];
      return told(question.parameter.type === 'secret' ? '(a secret)' : intent.value);
    case 'confirm':
      return told(question.mustType ?? 'yes');
    case 'choose': {
      if (intent.type !== 'choose') return [];
      const option = question.options.find(({ value }) => value === intent.value);
      return told(option?.label ?? intent.value);
    }
    case 'continue':
      return [...(question.remark === undefined ? [] : explain(question)), ...about(walk, question)];
    case 'run':
    case 'read':
    case 'failure':
    case 'unknown-outcome':
    case 'branch-finished':
    case 'wrong-cluster':
      return [];
  }
}

/** The text that belongs to the question, where it was not printed before. */
function explain(question: Question): readonly Said[] {
  switch (question.type) {
    case 'read':
    case 'run':
      return [{ type: 'explain', at: question.at, part: 'before' }];
    case 'parameter':
    case 'choose':
    case 'confirm':
    case 'continue':
      // What comes after the work is told when the work is done.
      if (question.type === 'confirm' && question.planned)
        return [{ type: 'explain', at: question.at, part: 'before' }];
      return question.at
        ? [
            { type: 'explain', at: question.at, part: 'before' },
            { type: 'explain', at: question.at, part: 'after' },
          ]
        : [];
    case 'failure':
    case 'unknown-outcome':
    case 'branch-finished':
    case 'wrong-cluster':
      return [];
  }
}

function about(walk: WalkState, question: Question): readonly Said[] {
  const error = 'error' in question && question.error !== undefined ? [say('bad', question.error)] : [];
  switch (question.type) {
    case 'parameter': {
      const { parameter } = question;
      return [
        ...(parameter.help === undefined ? [] : [say('text', parameter.help)]),
        ...(parameter.default === undefined
          ? []
          : [say('text', `An empty line takes: ${parameter.default}`)]),
        ...(parameter.type === 'secret' ? [say('text', 'The value is neither shown nor kept.')] : []),
        ...error,
      ];
    }
    case 'run': {
      const action = actionAt(walk, question.at);
      const parts = action && isShell(action) && question.purpose === 'change' ? action : undefined;
      return [
        ...commandLines(walk, question.block, question.purpose === 'undo' ? 'undo' : question.risk),
        ...(parts
          ? [say('text', `  verify: ${parts.verify ? 'yes' : 'none'}, undo: ${parts.undo ? 'yes' : 'none'}`)]
          : []),
        ...error,
      ];
    }
    case 'failure':
      return [
        ...(question.returnedFrom === undefined
          ? []
          : [say('text', `Back from "${question.returnedFrom}": verify or retry says whether it helped.`)]),
        ...(question.detail === '' || noted(walk, question.at, question.detail)
          ? []
          : [say('bad', question.detail)]),
        ...branchLines(question),
      ];
    case 'unknown-outcome':
      return [
        say('bad', 'Outcome unknown: this command was started, and nobody saw how it ended.'),
        say('command', indent(showControls(question.run.script).trimEnd(), '  $ ')),
        say('text', `Started ${question.run.startedAt}.`),
        say('text', verifiedLine(question.verified)),
      ];
    case 'choose':
      return [
        ...question.options.map((option, index) => say('text', `  ${index + 1} ${option.label}`)),
        ...(question.default === undefined ? [] : [say('text', `An empty line takes: ${question.default}`)]),
      ];
    case 'wrong-cluster':
      return [say('bad', question.detail)];
    case 'read': {
      const action = actionAt(walk, question.at);
      if (action && isShell(action)) return commandLines(walk, action.block, 'look');
      return question.deed === undefined ? [] : [say('text', question.deed)];
    }
    case 'confirm':
      return error;
    case 'continue':
      return question.remark === undefined || noted(walk, question.at, question.remark)
        ? []
        : [say('notice', question.remark)];
    case 'branch-finished':
      return [];
  }
}

/** Whether the last line that the action wrote down, and that was told as it came, begins with the same sentence. */
const noted = (walk: WalkState, at: ActionRef, sentence: string): boolean =>
  actionState(walk, at)?.notes.at(-1)?.text.startsWith(sentence) === true;

/** The ways out of a failure, numbered, each with what points at it. */
export function branchLines({ branches }: Extract<Question, { type: 'failure' }>): readonly Said[] {
  return branches.map(({ title, found, open }, index) => {
    const sure = found?.certainty === 'undetermined' ? ' (cannot tell)' : '';
    const why = found === undefined ? '' : `: ${found.text}${sure}`;
    return say('text', `  ${index + 1} ${title}${open ? ' (open already)' : ''}${why}`);
  });
}

/** What a failure offers now that a diagnosis has come. The question is not put a second time. */
export function offeredLines(
  walk: WalkState,
  question: Extract<Question, { type: 'failure' }>,
): readonly Said[] {
  return [...branchLines(question), answerLine(walk, question)];
}

/** All pitfalls, by the names they are opened by. */
export function catalogueLines({ bundle }: WalkState): readonly Said[] {
  const pitfalls = pitfallsOf(bundle);
  if (pitfalls.length === 0) return [say('text', 'This session has no pitfalls.')];
  const width = Math.max(...pitfalls.map((one) => pitfallName(one).length));
  return pitfalls.map((one) => say('text', `  open ${pitfallName(one).padEnd(width)}  ${one.title}`));
}

function hasPreview(walk: WalkState, question: Question): boolean {
  const action = question.type === 'run' ? actionAt(walk, question.at) : undefined;
  return action !== undefined && isShell(action) && action.preview !== undefined;
}

/** What else than the question decides which words there are. */
export const offersOf = (walk: WalkState, question: Question) => ({
  preview: hasPreview(walk, question),
  pitfalls: pitfallsOf(walk.bundle),
  inBranch: walk.session.stack.at(-1)?.from !== undefined,
});

function answerLine(walk: WalkState, question: Question): Said {
  const usages = wordsFor(question, offersOf(walk, question)).map((word) =>
    question.type === 'parameter' && /^(back|note|pause|stop|help)/.test(word.usage)
      ? `:${word.usage}`
      : word.usage,
  );
  return say('text', `  answers: ${usages.join(' | ')}`);
}

/** What each word does, for `help`. */
export function helpLines(walk: WalkState, question: Question): readonly Said[] {
  const words = wordsFor(question, offersOf(walk, question));
  const width = Math.max(...words.map((word) => word.usage.length));
  return words.map((word) => say('text', `  ${word.usage.padEnd(width)}  ${word.meaning}`));
}
