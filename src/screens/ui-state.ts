/** All that the screens know: plain data in one place, so that a screen is a pure function of it and no component keeps anything. */
import type { PlacedFinding } from '../diagnosis/finding.ts';
import type { OutputWindow } from '../shell/port.ts';
import type { Mode } from '../state/event.ts';
import type { SteerWord } from '../state/kind.ts';
import type { Question } from '../state/question.ts';
import type { WalkEnd, WalkState } from '../state/walk.ts';
import type { PanelUi, StepPanel } from '../steps/panel.ts';
import type { TextState } from './components/edit-text.ts';
import type { Briefing, PracticeStatus, RunbookEntry, Services, SessionEntry } from './services.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export type Loadable<T> =
  | { readonly type: 'loading' }
  | { readonly type: 'ready'; readonly value: T }
  | { readonly type: 'failed'; readonly message: string };

export type Target = Awaited<ReturnType<Services['target']>>;
export type PracticeAction = 'up' | 'reset' | 'down';

export interface Trouble {
  readonly message: string;
  readonly fix?: string;
}

export interface HomeUi {
  readonly target: Loadable<Target>;
  readonly runbooks: Loadable<readonly RunbookEntry[]>;
  readonly sessions: Loadable<readonly SessionEntry[]>;
  readonly practice: Loadable<PracticeStatus>;
  /** What the practice cluster is being asked to do. */
  readonly practiceBusy: PracticeAction | undefined;
  /** What would be lost is named, and it is asked whether it is meant. */
  readonly asking: 'reset' | 'down' | undefined;
  /** Index into the rows that can be chosen: sessions to go on with, then runbooks. */
  readonly selected: number;
  /** A session or runbook is being opened. */
  readonly opening: boolean;
  readonly trouble: Trouble | undefined;
  readonly message: string | undefined;
}

export interface BriefingUi {
  readonly file: string;
  /** What the operator set here or gave as options. */
  readonly values: Readonly<Record<string, string>>;
  readonly briefing: Loadable<Briefing>;
  /** The parameter whose value is being typed. */
  readonly editing: { readonly name: string; readonly draft: TextState } | undefined;
  readonly scroll: number;
  /** What y starts. */
  readonly mode: Mode;
  readonly starting: Mode | undefined;
  /** Something that it needs is lacking: asked whether to start in this mode all the same. */
  readonly asking: Mode | undefined;
  readonly trouble: Trouble | undefined;
}

/** What a text field on the walk screen is for. */
export type PromptKind =
  | 'value'
  | 'note'
  | 'skip'
  | 'done-by-hand'
  | 'settle-done'
  | 'settle-not-done'
  | 'type-run'
  | 'type-confirm'
  /** Why a finding is put aside. */
  | 'suppress';

export interface Prompt {
  readonly kind: PromptKind;
  readonly draft: TextState;
  readonly error?: string;
}

/** What was given as an answer, and to which question: it may be refused. */
export interface Given {
  readonly question: Question | undefined;
  readonly draft: TextState;
}

/** A view of one run's output: the pane under the command, or the whole screen. */
export interface OutputUi {
  readonly run: string;
  readonly window: OutputWindow | undefined;
  /** The end is kept in view. */
  readonly follow: boolean;
  /** The first line shown when it is not followed. */
  readonly first: number;
  /** Columns of long lines that are scrolled away. */
  readonly left: number;
  readonly search: string;
  /** The line that was found last; -1: nothing was found. */
  readonly found: number | undefined;
  /** The search field, while it is open. */
  readonly typing: TextState | undefined;
}

export type Overlay =
  | { readonly type: 'help'; readonly scroll: number }
  /** Leaving: pause, stop, or stay. `sure`: stop was chosen once. */
  | { readonly type: 'leave'; readonly sure: boolean; readonly since: number }
  /** A text to read over the whole screen: a report, the difference of a changed runbook. */
  | {
      readonly type: 'text';
      readonly title: string;
      readonly lines: readonly string[];
      readonly scroll: number;
      readonly search: string;
      readonly found: number | undefined;
      readonly typing: TextState | undefined;
    };

/** Where the operator is in a panel, and what was done to it. */
export interface PanelPlace {
  /** The attempt of the action that it belongs to; with another one all of this begins anew. */
  readonly of: string;
  readonly ui: PanelUi;
  /** The how manieth of the rows that can be selected is: where it is gone, its neighbour takes its place. */
  readonly index: number;
  /** Rows from the selected one up to the first that is shown; undefined until something was selected. */
  readonly offset: number | undefined;
  /** The selected row stays in view, however little room is left; false where it was scrolled away from. */
  readonly kept: boolean;
  /** The question for which the text before the panel, or the panel before the text, was turned over. */
  readonly turned: Question | undefined;
  /** After a failure: among the rows of the panel, below the entries. */
  readonly inRows: boolean;
}

export const emptyPanel: PanelPlace = {
  of: '',
  ui: { selected: undefined, toggled: [], excluded: [] },
  index: 0,
  offset: undefined,
  kept: true,
  turned: undefined,
  inRows: false,
};

/** What kinds of action bring for the screens, each by the name of its kind. */
export interface KindsShown {
  readonly panels: Readonly<Record<string, StepPanel>>;
  readonly steering: Readonly<Record<string, readonly SteerWord[]>>;
}

export interface WalkUi {
  readonly state: WalkState;
  readonly folder: string;
  readonly prompt: Prompt | undefined;
  /** Index into the options of the question, or after a failure into its entries. */
  readonly choice: number;
  /** Rows that the step's text was scrolled down from where it starts; negative: up. */
  readonly scroll: number;
  readonly output: OutputUi | undefined;
  /** Output over the whole screen. */
  readonly viewer: OutputUi | undefined;
  /** What a preview comes down to, e.g. how many objects differ. */
  readonly preview: { readonly run: string; readonly said: string } | undefined;
  /** Where the operator is in the panel of the action at hand. */
  readonly panel: PanelPlace;
  /** Where the operator is in the diagnosis, while it is open over the whole screen. */
  readonly findings: PanelPlace | undefined;
  /** The finding that is about to be put aside. */
  readonly suppressing?: PlacedFinding;
  readonly end: WalkEnd | undefined;
  /** Ending what runs was asked for once, at this time (ms): a second time does it. */
  readonly cancelAskedAt: number | undefined;
  /** How the runbook on disk has changed was looked at: that it has is said no more. */
  readonly changesSeen: boolean;
  /** The last intent is on its way: keys wait until the question has moved on. */
  readonly sent: boolean;
  /** The value that was given last. */
  readonly given?: Given;
}

export type ScreenName = 'home' | 'briefing' | 'walk' | 'summary';

export interface UiState {
  readonly kinds: KindsShown;
  readonly size: Size;
  /** ms since the epoch, moved on by ticks. */
  readonly now: number;
  readonly screen: ScreenName;
  readonly overlay: Overlay | undefined;
  /** A sentence about the last key, shown until the next one. */
  readonly told: string | undefined;
  readonly home: HomeUi;
  readonly briefing: BriefingUi | undefined;
  readonly walk: WalkUi | undefined;
  /** Home is where leaving a walk returns to; otherwise the program ends. */
  readonly fromHome: boolean;
  /** Set once: the program is to leave. */
  readonly exit: { readonly end: WalkEnd | undefined } | undefined;
}

export const loading = { type: 'loading' } as const;

export const emptyHome: HomeUi = {
  target: loading,
  runbooks: loading,
  sessions: loading,
  practice: loading,
  practiceBusy: undefined,
  asking: undefined,
  selected: 0,
  opening: false,
  trouble: undefined,
  message: undefined,
};

/** The state before anything has been loaded. */
export function initialUi(
  size: Size,
  now: number,
  kinds: KindsShown = { panels: {}, steering: {} },
): UiState {
  return {
    kinds,
    size,
    now,
    screen: 'home',
    overlay: undefined,
    told: undefined,
    home: emptyHome,
    briefing: undefined,
    walk: undefined,
    fromHome: true,
    exit: undefined,
  };
}

/** A change of one part of the state. */
export const withWalk = (ui: UiState, change: Partial<WalkUi>): UiState =>
  ui.walk ? { ...ui, walk: { ...ui.walk, ...change } } : ui;
export const withHome = (ui: UiState, change: Partial<HomeUi>): UiState => ({
  ...ui,
  home: { ...ui.home, ...change },
});
export const withBriefing = (ui: UiState, change: Partial<BriefingUi>): UiState =>
  ui.briefing ? { ...ui, briefing: { ...ui.briefing, ...change } } : ui;
