/** The words that plain mode takes as answers: which fit a question, and what each line means. Pure. */
import type { Pitfall } from '../../diagnosis/pitfall.ts';
import type { Intent, Question } from '../../state/question.ts';
import { branchAt } from '../words/place.ts';

export interface AnswerWord {
  /** As typed: `skip REASON`. */
  readonly usage: string;
  readonly meaning: string;
}

export type Answer =
  | { readonly type: 'intent'; readonly intent: Intent }
  | { readonly type: 'help' }
  /** All pitfalls are to be listed. */
  | { readonly type: 'catalogue' }
  | { readonly type: 'refused'; readonly message: string };

const word = (usage: string, meaning: string): AnswerWord => ({ usage, meaning });

const done = word('done NOTE', 'you did it by hand; the note says how');
const skip = word('skip REASON', 'leave this step out; the reason is kept');
const back = word('back', 'leave this pitfall for the step that failed');
const always: readonly AnswerWord[] = [
  word('note TEXT', 'write a note into the record'),
  word('pause', 'leave; the session can be resumed'),
  word('stop', 'end the session for good'),
  word('help', 'say what each word does'),
];

const quoted = (text: string | undefined, fallback: string): string => text ?? fallback;

/** What else decides which words there are. */
interface Offers {
  /** The command asked about has a preview. */
  readonly preview?: boolean;
  readonly pitfalls?: readonly Pitfall[];
  /** A branch is being walked, which can be left. */
  readonly inBranch?: boolean;
}

/** The answers a question takes, in the order shown. */
export function wordsFor(question: Question, offers: Offers = {}): readonly AnswerWord[] {
  return [...own(question, offers), ...(offers.inBranch && leavable(question) ? [back] : []), ...always];
}

/** Whether `back` is not already a word of the question for something else. */
const leavable = (question: Question): boolean =>
  question.type !== 'branch-finished' && !(question.type === 'run' && question.purpose === 'undo');

function own(question: Question, { preview = false, pitfalls = [] }: Offers): readonly AnswerWord[] {
  switch (question.type) {
    case 'parameter':
      return [word('VALUE', question.parameter.choices?.join(', ') ?? 'the value, as one line')];
    case 'run': {
      const run = word(quoted(question.mustType, 'run'), 'run the command shown');
      if (question.purpose === 'undo') return [run, word('back', 'no undo after all'), done, skip];
      if (question.purpose !== 'change') return [run, skip];
      return [run, ...(preview ? [word('preview', 'show what would change')] : []), done, skip];
    }
    case 'confirm':
      if (question.planned)
        return [
          word(quoted(question.mustType, 'yes'), 'do what the plan says'),
          word('plan', 'look at the cluster again and plan anew'),
          done,
          skip,
        ];
      return [word(quoted(question.mustType, 'yes'), 'it is so'), skip];
    case 'choose':
      return [
        word('NUMBER', question.options.map((option, index) => `${index + 1} ${option.label}`).join(', ')),
      ];
    case 'read':
      return [word('next', 'run the look (an empty line does the same)'), done, skip];
    case 'continue':
      return [word('next', 'go on (an empty line does the same)')];
    case 'failure':
      return [
        word('retry', 'run it again'),
        ...(question.canVerify ? [word('verify', 'ask its verify whether it is done')] : []),
        ...(question.canUndo ? [word('undo', 'take it back')] : []),
        ...question.branches.map((branch, index) => word(`${index + 1}`, `open: ${branch.title}`)),
        ...(pitfalls.length > 0
          ? [
              word('diagnose', 'look at the cluster again for what is wrong (d does the same)'),
              word('pitfalls', 'list all pitfalls; open NAME opens one'),
            ]
          : []),
        done,
        skip,
      ];
    case 'unknown-outcome':
      return [
        word('done NOTE', 'it was done; the note says how you know'),
        word('not-done NOTE', 'it was not done: it is asked for again'),
        ...(question.verified === 'no-verify' ? [] : [word('verify', 'ask its verify once more')]),
      ];
    case 'branch-finished':
      return [word('back', 'return to the step that failed')];
    case 'wrong-cluster':
      return [word('retry', 'look at the cluster again')];
  }
}

/** By what a pitfall is opened: `crd-mismatch`. */
export const pitfallName = ({ file }: Pitfall): string => file.replace(/^.*\//, '').replace(/\.md$/, '');

const intent = (value: Intent): Answer => ({ type: 'intent', intent: value });
const refused = (message: string): Answer => ({ type: 'refused', message });
const withText = (text: string, what: string, make: (text: string) => Intent): Answer =>
  text === '' ? refused(`Say it with ${what}.`) : intent(make(text));

/** What a line means as an answer. It never guesses: a line that does not fit is refused, with what would. */
export function parseAnswer(question: Question, line: string, offers: Offers = {}): Answer {
  const { pitfalls = [] } = offers;
  const text = line.trim();
  const [first = '', ...others] = text.split(/\s+/);
  const rest = others.join(' ');
  if (question.type === 'parameter') return parameterAnswer(question, text, first, rest);
  switch (first.toLowerCase()) {
    case 'help':
    case '?':
      return { type: 'help' };
    case 'pause':
      return intent({ type: 'pause' });
    case 'stop':
      return intent({ type: 'stop' });
    case 'note':
      return withText(rest, 'a text: note TEXT', (note) => ({ type: 'note', text: note }));
  }
  const answer = ownAnswer(question, text, first.toLowerCase(), rest, pitfalls);
  if (!answer && text.toLowerCase() === 'back') return intent({ type: 'leave-branch' });
  return answer ?? unfitting(question, text, offers);
}

/** A value may be any text, so only a line that starts with a colon is a word of ours. */
function parameterAnswer(
  question: Extract<Question, { type: 'parameter' }>,
  text: string,
  first: string,
  rest: string,
): Answer {
  const { parameter } = question;
  if (first === ':help') return { type: 'help' };
  if (first === ':pause') return intent({ type: 'pause' });
  if (first === ':back') return intent({ type: 'leave-branch' });
  if (first === ':stop') return intent({ type: 'stop' });
  if (first === ':note')
    return withText(rest, 'a text: :note TEXT', (note) => ({ type: 'note', text: note }));
  if (text !== '') return intent({ type: 'value', value: text });
  if (parameter.default !== undefined) return intent({ type: 'value', value: parameter.default });
  return parameter.optional === true
    ? intent({ type: 'value', value: '' })
    : refused(`${parameter.name} needs a value.`);
}

function ownAnswer(
  question: Exclude<Question, { type: 'parameter' }>,
  text: string,
  first: string,
  rest: string,
  pitfalls: readonly Pitfall[],
): Answer | undefined {
  const skipped = (): Answer =>
    withText(rest, 'a reason: skip REASON', (reason) => ({ type: 'skip', reason }));
  const byHand = (): Answer =>
    withText(rest, 'a note: done NOTE', (note) => ({ type: 'done-by-hand', note }));
  switch (question.type) {
    case 'run':
      if (question.mustType !== undefined && text === question.mustType)
        return intent({ type: 'run', typed: text });
      if (first === 'run' && question.mustType === undefined && rest === '') return intent({ type: 'run' });
      if (first === 'preview' && question.purpose === 'change') return intent({ type: 'preview' });
      if (first === 'back' && question.purpose === 'undo') return intent({ type: 'cancel' });
      if (first === 'done') return byHand();
      return first === 'skip' ? skipped() : undefined;
    case 'confirm':
      if (question.planned && first === 'plan' && rest === '') return intent({ type: 'replan' });
      if (question.planned && first === 'done') return byHand();
      if (question.mustType !== undefined)
        return text === question.mustType
          ? intent({ type: 'confirm', typed: text })
          : first === 'skip'
            ? skipped()
            : undefined;
      if (text.toLowerCase() === 'yes') return intent({ type: 'confirm' });
      return first === 'skip' ? skipped() : undefined;
    case 'choose': {
      const chosen =
        question.options.find((option) => option.value === text) ?? question.options[Number(text || 'x') - 1];
      if (chosen) return intent({ type: 'choose', value: chosen.value });
      return text === '' && question.default !== undefined
        ? intent({ type: 'choose', value: question.default })
        : undefined;
    }
    case 'read':
      if (first === 'done') return byHand();
      if (first === 'skip') return skipped();
      return text === '' || first === 'next' ? intent({ type: 'continue' }) : undefined;
    case 'continue':
      return text === '' || first === 'next' ? intent({ type: 'continue' }) : undefined;
    case 'failure':
      if (first === 'retry') return intent({ type: 'retry' });
      if (first === 'verify' && question.canVerify) return intent({ type: 'verify' });
      if (first === 'undo' && question.canUndo) return intent({ type: 'undo' });
      if (text === 'diagnose' || text === 'd') return intent({ type: 'diagnose' });
      if (text === 'pitfalls') return { type: 'catalogue' };
      if (first === 'open' || /^\d+$/.test(text)) {
        const which = first === 'open' ? rest : text;
        const branch = branchAt(question.branches, Number(which));
        const href = branch?.href ?? pitfalls.find((one) => pitfallName(one) === which)?.file;
        return href === undefined ? undefined : intent({ type: 'branch', href });
      }
      if (first === 'done') return byHand();
      return first === 'skip' ? skipped() : undefined;
    case 'unknown-outcome':
      if (first === 'done' || first === 'not-done')
        return withText(rest, `a note: ${first} NOTE`, (note) => ({
          type: 'settle',
          done: first === 'done',
          note,
        }));
      return first === 'verify' && question.verified !== 'no-verify' ? intent({ type: 'verify' }) : undefined;
    case 'branch-finished':
      return first === 'back' || text === '' ? intent({ type: 'continue' }) : undefined;
    case 'wrong-cluster':
      return first === 'retry' ? intent({ type: 'retry' }) : undefined;
  }
}

function unfitting(question: Question, text: string, offers: Offers): Answer {
  const usages = wordsFor(question, offers).map((entry) => entry.usage);
  if (text === '') return refused(`An empty line answers nothing here. Type one of: ${usages.join(', ')}`);
  if (question.type === 'run' && question.mustType !== undefined && text === 'run')
    return refused(`This cannot be undone, so "run" is not enough. Type the name: ${question.mustType}`);
  return refused(`"${text}" is no answer here. Type one of: ${usages.join(', ')}`);
}
