/**
 * The one table of keys. What a key does, the footer, the help and docs/keys.md all come from here.
 *
 * Rules that hold for the whole table: Esc never destroys anything, Enter alone never changes anything on a cluster, and a
 * key that permits something (`guarded`) is not taken from a burst of keys, which is a paste or a slip, not a decision.
 */
import type { SteerWord } from '../../state/kind.ts';
import type { KeyMode } from './modes.ts';

export type Command =
  | 'run'
  | 'confirm'
  | 'continue'
  | 'done-by-hand'
  | 'skip'
  | 'retry'
  | 'verify'
  | 'undo'
  | 'preview'
  | 'settle-done'
  | 'settle-not-done'
  | 'open-branch'
  | 'show-findings'
  | 'suppress'
  | 'diagnose'
  | 'leave-branch'
  | 'abandon-branch'
  | 'note'
  | 'cancel-command'
  | 'show-output'
  | 'leave'
  | 'pause'
  | 'stop'
  | 'stay'
  | 'submit'
  | 'back'
  | 'help'
  | 'redraw'
  | 'interrupt'
  | 'up'
  | 'down'
  | 'page-up'
  | 'page-down'
  | 'top'
  | 'bottom'
  | 'left'
  | 'right'
  | 'search'
  | 'next-match'
  | 'previous-match'
  | 'follow-output'
  | 'next-run'
  | 'previous-run'
  | 'open'
  | 'open-row'
  | 'close-row'
  | 'leave-out'
  | 'replan'
  | 'steer'
  | 'next-list'
  | 'previous-list'
  | 'follow-session'
  | 'report'
  | 'refresh'
  | 'practice-up'
  | 'practice-reset'
  | 'practice-down'
  | 'start'
  | 'start-dry-run'
  | 'edit-values'
  | 'sure'
  | 'show-changes'
  | 'quit';

/** A key as it is named to the operator: a character, or `Enter`, `Esc`, `Up`, `PageUp`, `Ctrl+C`, `Shift+Tab`, ... */
export type KeyName = string;

export interface Binding {
  readonly command: Command;
  /** The first one is shown in the footer. */
  readonly keys: readonly KeyName[];
  /** One or two words, for the footer. */
  readonly label: string;
  /** One sentence, for the help and the documentation. */
  readonly help: string;
  readonly modes: readonly KeyMode[];
  /** Not taken when the key came together with others. */
  readonly guarded?: true;
  /** Left out of the footer: in the help only. */
  readonly quiet?: true;
  /** Stands for the words that the kind at work understands: each is a key of its own while it works. */
  readonly family?: true;
  /** The one word that it stands for, where it is one of them. */
  readonly word?: SteerWord;
}

const SESSION: readonly KeyMode[] = [
  'question',
  'plan',
  'read',
  'continue',
  'running',
  'failure',
  'unknown',
  'choose',
  'branch-finished',
  'wrong-cluster',
];
const SCROLLED: readonly KeyMode[] = [
  'briefing',
  'question',
  'read',
  'continue',
  'running',
  'unknown',
  'branch-finished',
  'wrong-cluster',
  'summary',
  'read-only',
  'help',
];

/** Where the rows of a panel are moved through besides something else to be decided. */
const PANEL: readonly KeyMode[] = ['plan', 'running', 'continue', 'failure', 'read-only'];

export const BINDINGS: readonly Binding[] = [
  // What is decided.
  {
    command: 'submit',
    keys: ['Enter'],
    label: 'choose',
    help: 'Choose the selected entry. A digit only moves the selection.',
    modes: ['choose'],
  },
  {
    command: 'run',
    keys: ['y'],
    label: 'run',
    help: 'Run the command that is shown, on the cluster that is named. What cannot be undone asks for a name first.',
    modes: ['question'],
    guarded: true,
  },
  {
    command: 'run',
    keys: ['y'],
    label: 'do it',
    help: 'Do what the plan says, but for what was left out, on the cluster that is named. What cannot be undone asks for a name first.',
    modes: ['plan'],
    guarded: true,
  },
  {
    command: 'leave-out',
    keys: ['Space'],
    label: 'leave out',
    help: 'Leave the selected part of the plan out, or take it in again.',
    modes: ['plan'],
  },
  {
    command: 'replan',
    keys: ['r'],
    label: 'plan anew',
    help: 'Look at the cluster again and plan anew. Nothing is changed.',
    modes: ['plan'],
  },
  {
    command: 'confirm',
    keys: ['Enter'],
    label: 'confirm',
    help: 'Confirm, when the name is typed in full. Pasting is ignored.',
    modes: ['typed-confirm'],
    guarded: true,
  },
  {
    command: 'continue',
    keys: ['Enter'],
    label: 'go on',
    help: 'Read on where there is more to read, otherwise go on to what comes next. Nothing changes without a question of its own.',
    modes: ['read', 'continue'],
    guarded: true,
  },
  {
    command: 'open-branch',
    keys: ['Enter'],
    label: 'open',
    help: 'Open the selected pitfall; at its end you are back at this step. Back from one, verify and retry are in the list, too.',
    modes: ['failure', 'diagnosis'],
  },
  {
    command: 'show-findings',
    keys: ['f'],
    label: 'findings',
    help: 'Show all that the diagnosis found, with the proofs, and the whole catalogue of pitfalls.',
    modes: ['failure', 'running', 'continue', 'read-only'],
  },
  {
    command: 'diagnose',
    keys: ['r'],
    label: 'look again',
    help: 'Look at the cluster again. Nothing is changed.',
    modes: ['diagnosis'],
  },
  {
    command: 'suppress',
    keys: ['x'],
    label: 'known',
    help: 'Put the selected finding aside as known on this cluster, with a reason, for 7 days (30d in front of the reason: for 30).',
    modes: ['diagnosis'],
  },
  {
    command: 'leave-branch',
    keys: ['Enter'],
    label: 'go back',
    help: 'Go back to the step that failed.',
    modes: ['branch-finished'],
  },
  {
    command: 'retry',
    keys: ['r'],
    label: 'retry',
    help: 'Ask again for the command that failed.',
    modes: ['failure', 'continue'],
  },
  {
    command: 'verify',
    keys: ['v'],
    label: 'verify',
    help: 'Run the verify of the step, which only looks, to learn whether it is done.',
    modes: ['failure', 'unknown'],
  },
  {
    command: 'preview',
    keys: ['v'],
    label: 'preview',
    help: 'Show what the command would change.',
    modes: ['question'],
  },
  {
    command: 'settle-done',
    keys: ['d'],
    label: 'it is done',
    help: 'State that the command did its work, with a note how you know.',
    modes: ['unknown'],
  },
  {
    command: 'settle-not-done',
    keys: ['r'],
    label: 'not done',
    help: 'State that the command did not do its work. It is asked for again.',
    modes: ['unknown'],
  },
  {
    command: 'done-by-hand',
    keys: ['d'],
    label: 'done by hand',
    help: 'Mark the step as done by hand, with a note on what was done.',
    modes: ['question', 'plan', 'read', 'failure', 'choose', 'wrong-cluster'],
  },
  {
    command: 'skip',
    keys: ['s'],
    label: 'skip',
    help: 'Skip the step, with the reason.',
    modes: ['question', 'plan', 'read', 'failure', 'choose', 'wrong-cluster'],
  },
  {
    command: 'undo',
    keys: ['u'],
    label: 'undo',
    help: 'Ask for the undo of the step.',
    modes: ['failure'],
  },
  {
    command: 'refresh',
    keys: ['r'],
    label: 'check again',
    help: 'Look again whether it is the right cluster and can be reached.',
    modes: ['wrong-cluster'],
  },
  {
    command: 'steer',
    keys: [],
    label: 'steer',
    help: 'While an action works on the cluster by itself, it may understand words of its own; each has a key, shown below.',
    modes: ['running'],
    guarded: true,
    quiet: true,
    family: true,
  },
  {
    command: 'cancel-command',
    keys: ['c'],
    label: 'stop it',
    help: 'Stop what runs now; a command gets TERM and, where that does not help, KILL. Asks first.',
    modes: ['running'],
    guarded: true,
  },
  // Home and briefing.
  {
    command: 'open',
    keys: ['Enter'],
    label: 'open',
    help: 'Open the selected runbook or session. Nothing is run.',
    modes: ['home'],
  },
  {
    command: 'next-list',
    keys: ['Tab'],
    label: 'next list',
    help: 'Go to the next list.',
    modes: ['home'],
  },
  {
    command: 'previous-list',
    keys: ['Shift+Tab'],
    label: 'previous list',
    help: 'Go to the list before.',
    modes: ['home'],
    quiet: true,
  },
  {
    command: 'practice-up',
    keys: ['p'],
    label: 'practice',
    help: 'Start the practice cluster and make it the target.',
    modes: ['home'],
  },
  {
    command: 'practice-reset',
    keys: ['R'],
    label: 'reset practice',
    help: 'Set the practice cluster back to its beginning. Names the sessions on it and asks first.',
    modes: ['home'],
    guarded: true,
    quiet: true,
  },
  {
    command: 'practice-down',
    keys: ['D'],
    label: 'end practice',
    help: 'End the practice cluster. Names the sessions on it and asks first.',
    modes: ['home'],
    guarded: true,
    quiet: true,
  },
  {
    command: 'follow-session',
    keys: ['f'],
    label: 'follow',
    help: 'Follow the selected session without driving it.',
    modes: ['home'],
  },
  {
    command: 'report',
    keys: ['t'],
    label: 'report',
    help: 'Show the report of the session, for a ticket.',
    modes: ['home', 'summary'],
  },
  {
    command: 'start',
    keys: ['y'],
    label: 'start',
    help: 'Start the session. Nothing is changed before its own question. Asks once more where something that it needs is lacking.',
    modes: ['briefing'],
    guarded: true,
  },
  {
    command: 'start-dry-run',
    keys: ['w'],
    label: 'dry run',
    help: 'Walk the runbook without changing anything: looks and previews run, changes are only shown.',
    modes: ['briefing'],
    guarded: true,
  },
  {
    command: 'edit-values',
    keys: ['e'],
    label: 'values',
    help: 'Give or change the values of the parameters.',
    modes: ['briefing'],
  },
  {
    command: 'refresh',
    keys: ['r'],
    label: 'check again',
    help: 'Look again at the cluster, the tools and the files.',
    modes: ['home', 'briefing'],
  },
  {
    command: 'sure',
    keys: ['y'],
    label: 'yes, all the same',
    help: 'Do what was asked for, all the same.',
    modes: ['sure'],
    guarded: true,
  },
  {
    command: 'back',
    keys: ['Esc', 'n'],
    label: 'no',
    help: 'Leave everything as it is.',
    modes: ['sure'],
  },
  // Text.
  {
    command: 'submit',
    keys: ['Enter'],
    label: 'keep',
    help: 'Take what is typed.',
    modes: ['parameter', 'note', 'search'],
  },
  // Reading.
  {
    command: 'show-output',
    keys: ['l'],
    label: 'log',
    help: 'Look through the whole output of the step.',
    modes: [
      'question',
      'plan',
      'continue',
      'running',
      'failure',
      'unknown',
      'choose',
      'summary',
      'read-only',
    ],
  },
  {
    command: 'next-run',
    keys: [']', 'Tab'],
    label: 'next run',
    help: 'Show what the next command of the step printed: its looks, its change, its verify.',
    modes: ['output'],
  },
  {
    command: 'previous-run',
    keys: ['[', 'Shift+Tab'],
    label: 'run before',
    help: 'Show what the command before this one printed.',
    modes: ['output'],
  },
  {
    command: 'search',
    keys: ['/'],
    label: 'search',
    help: 'Search, without regard to upper and lower case.',
    modes: ['output'],
  },
  {
    command: 'next-match',
    keys: ['n'],
    label: 'next',
    help: 'Go to the next match.',
    modes: ['output'],
  },
  {
    command: 'previous-match',
    keys: ['N'],
    label: 'previous',
    help: 'Go to the match before.',
    modes: ['output'],
  },
  {
    command: 'follow-output',
    keys: ['f'],
    label: 'follow',
    help: 'Stay at the end while output comes; once more to stay where you are.',
    modes: ['output'],
  },
  {
    command: 'show-changes',
    keys: ['g'],
    label: 'what changed',
    help: 'Show how the runbook on disk differs from the one of this session.',
    modes: ['question', 'plan', 'read', 'continue', 'failure', 'unknown', 'choose', 'branch-finished'],
  },
  // At any time.
  {
    command: 'note',
    keys: ['n'],
    label: 'note',
    help: 'Write a note into the record of the session.',
    modes: [...SESSION, 'summary'],
  },
  {
    command: 'leave',
    keys: ['q'],
    label: 'pause',
    help: 'Leave the session: pause it, to be resumed later, or stop it for good. In a pitfall or a hop, also leave that one alone. Asks which.',
    modes: SESSION,
  },
  {
    command: 'abandon-branch',
    keys: ['b'],
    label: 'back to the step that led here',
    help: 'Leave a pitfall or a hop before its end, for the step that led to it. What was done in it stays done.',
    modes: ['leave'],
  },
  {
    command: 'pause',
    keys: ['p'],
    label: 'pause',
    help: 'Leave the session so that it can be resumed. A running command goes on.',
    modes: ['leave'],
  },
  {
    command: 'stop',
    keys: ['x'],
    label: 'stop for good',
    help: 'End the session. It cannot be resumed; what was done stays done.',
    modes: ['leave'],
    guarded: true,
  },
  {
    command: 'stay',
    keys: ['Esc'],
    label: 'stay',
    help: 'Do not leave.',
    modes: ['leave'],
  },
  {
    command: 'quit',
    keys: ['q'],
    label: 'quit',
    help: 'Leave the program.',
    modes: ['home', 'summary', 'read-only'],
  },
  {
    command: 'back',
    keys: ['Esc'],
    label: 'back',
    help: 'Go back without doing anything.',
    modes: ['briefing', 'parameter', 'typed-confirm', 'search', 'note', 'summary'],
  },
  {
    command: 'back',
    keys: ['Esc', 'q', 'l'],
    label: 'back',
    help: 'Close the output.',
    modes: ['output'],
  },
  {
    command: 'back',
    keys: ['Esc', 'q', 'f'],
    label: 'back',
    help: 'Go back to the step.',
    modes: ['diagnosis'],
  },
  {
    command: 'back',
    keys: ['Esc', '?', 'q'],
    label: 'close',
    help: 'Close the help.',
    modes: ['help'],
  },
  {
    command: 'help',
    keys: ['?'],
    label: 'keys',
    help: 'Show all keys.',
    modes: ['home', 'briefing', 'sure', ...SESSION, 'diagnosis', 'output', 'leave', 'summary', 'read-only'],
  },
  {
    command: 'interrupt',
    keys: ['Ctrl+C'],
    label: 'leave',
    help: 'Ask how to leave; once more within two seconds pauses and leaves. A running command goes on.',
    modes: [
      'home',
      'briefing',
      'sure',
      'parameter',
      'typed-confirm',
      ...SESSION,
      'diagnosis',
      'output',
      'search',
      'note',
      'leave',
      'help',
      'summary',
      'read-only',
    ],
    quiet: true,
  },
  {
    command: 'redraw',
    keys: ['Ctrl+L'],
    label: 'redraw',
    help: 'Draw the screen anew.',
    modes: [
      'home',
      'briefing',
      'sure',
      ...SESSION,
      'diagnosis',
      'output',
      'leave',
      'help',
      'summary',
      'read-only',
    ],
    quiet: true,
  },
  // Moving.
  {
    command: 'up',
    keys: ['Up', 'k'],
    label: 'up',
    help: 'Up one line or entry.',
    modes: ['home', 'plan', 'failure', 'choose', 'output', 'diagnosis', ...SCROLLED],
    quiet: true,
  },
  {
    command: 'down',
    keys: ['Down', 'j'],
    label: 'down',
    help: 'Down one line or entry.',
    modes: ['home', 'plan', 'failure', 'choose', 'output', 'diagnosis', ...SCROLLED],
    quiet: true,
  },
  {
    command: 'page-up',
    keys: ['PageUp', 'b'],
    label: 'page up',
    help: 'Up one page.',
    modes: ['output', 'plan', 'failure', 'diagnosis', ...SCROLLED],
    quiet: true,
  },
  {
    command: 'page-down',
    keys: ['PageDown'],
    label: 'page down',
    help: 'Down one page.',
    modes: ['plan'],
    quiet: true,
  },
  {
    command: 'page-down',
    keys: ['PageDown', 'Space'],
    label: 'page down',
    help: 'Down one page.',
    modes: ['output', 'failure', 'diagnosis', ...SCROLLED],
    quiet: true,
  },
  {
    command: 'top',
    keys: ['Home', 'g'],
    label: 'start',
    help: 'To the first line.',
    modes: ['output', 'help'],
    quiet: true,
  },
  {
    command: 'top',
    keys: ['Home'],
    label: 'start',
    help: 'To the first line or row.',
    modes: [...PANEL, 'diagnosis'],
    quiet: true,
  },
  {
    command: 'bottom',
    keys: ['End'],
    label: 'end',
    help: 'To the last line or row.',
    modes: [...PANEL, 'diagnosis'],
    quiet: true,
  },
  {
    command: 'open-row',
    keys: ['Enter', 'Right'],
    label: 'open',
    help: 'Show what is below the selected row.',
    modes: ['plan', 'running', 'read-only'],
  },
  {
    command: 'open-row',
    keys: ['Right'],
    label: 'open row',
    help: 'Show what is below the selected row.',
    modes: ['continue', 'failure'],
  },
  {
    command: 'close-row',
    keys: ['Left'],
    label: 'close row',
    help: 'Hide what is below the selected row.',
    modes: PANEL,
    quiet: true,
  },
  {
    command: 'bottom',
    keys: ['End', 'G'],
    label: 'end',
    help: 'To the last line.',
    modes: ['output', 'help'],
    quiet: true,
  },
  {
    command: 'left',
    keys: ['Left', 'h'],
    label: 'left',
    help: 'Towards the beginning of long lines.',
    modes: ['output'],
    quiet: true,
  },
  {
    command: 'right',
    keys: ['Right'],
    label: 'right',
    help: 'Towards the end of long lines.',
    modes: ['output'],
    quiet: true,
  },
];

/** The bindings of a mode, in the order of the table; the words of the kind at work stand in the place of their family. */
export function bindingsOf(mode: KeyMode, words: readonly SteerWord[] = []): readonly Binding[] {
  return BINDINGS.filter((binding) => binding.modes.includes(mode)).flatMap((binding) =>
    binding.family ? words.map((word) => ofWord(binding, word)) : [binding],
  );
}

function ofWord({ quiet: _, family: __, ...family }: Binding, word: SteerWord): Binding {
  return { ...family, keys: [word.key], label: word.label, help: word.help, word };
}
