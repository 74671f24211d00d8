/** What the operator is doing: decides which keys mean what. Exactly one mode holds at a time. */
export type KeyMode =
  | 'home'
  /** Asked once more before something that is easily regretted. */
  | 'sure'
  | 'briefing'
  /** Typing the value of a parameter. */
  | 'parameter'
  /** A change waits for its permission, or a person is asked to state something: no text is typed. */
  | 'question'
  /** A plan waits for its permission: its rows can be moved through, and parts of it left out. */
  | 'plan'
  /** A name is typed to permit what cannot be undone. */
  | 'typed-confirm'
  /** Something is to be read before it runs by itself. */
  | 'read'
  /** The action ended well; its output is on screen. */
  | 'continue'
  | 'running'
  | 'failure'
  /** Looking through what the diagnosis found. */
  | 'diagnosis'
  /** A command of which nobody knows how it ended. */
  | 'unknown'
  | 'choose'
  /** A branch came to its end. */
  | 'branch-finished'
  | 'wrong-cluster'
  /** Looking through output, a preview, a report or a diff. */
  | 'output'
  /** Typing what to look for in it. */
  | 'search'
  /** Typing a note, the reason of a skip, or what was done by hand. */
  | 'note'
  /** Asked how to leave: pause, or stop for good. */
  | 'leave'
  | 'help'
  | 'summary'
  /** Following a session that somebody else drives. */
  | 'read-only';

/** How a mode is called in the help and in the documentation. */
export const MODE_TITLES: Readonly<Record<KeyMode, string>> = {
  home: 'Home',
  briefing: 'Briefing',
  sure: 'Asked once more',
  parameter: 'Giving a value',
  question: 'A question about a step',
  plan: 'A question about a plan',
  'typed-confirm': 'Confirming by typing a name',
  read: 'Before something that only looks',
  continue: 'After a step',
  running: 'While a command runs',
  failure: 'After a failure',
  diagnosis: 'Reading a diagnosis',
  unknown: 'Outcome unknown',
  choose: 'Choosing',
  'branch-finished': 'At the end of a branch',
  'wrong-cluster': 'Wrong cluster',
  output: 'Reading output',
  search: 'Searching',
  note: 'Writing a note',
  leave: 'Leaving',
  help: 'Help',
  summary: 'Summary',
  'read-only': 'Following a session',
};

/** Modes in which letters are text, not commands. */
export const TEXT_MODES: readonly KeyMode[] = ['parameter', 'typed-confirm', 'search', 'note'];
