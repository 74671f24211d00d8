/** What happens to the screens, and what they ask to be done. The update is pure: it turns the one into the other. */
import type { PlacedFinding } from '../diagnosis/finding.ts';
import type { OutputWindow } from '../shell/port.ts';
import type { Mode } from '../state/event.ts';
import type { SteerWord } from '../state/kind.ts';
import type { Intent } from '../state/question.ts';
import type { WalkEnd, WalkState } from '../state/walk.ts';
import type { TextEdit } from './components/edit-text.ts';
import type { Command } from './keys/bindings.ts';
import type { Briefing, PracticeStatus, RunbookEntry, SessionEntry } from './services.ts';
import type { PracticeAction, Size, Target, Trouble, UiState } from './ui-state.ts';

export type Failed = { readonly failed: string };

export type Message =
  | { readonly type: 'command'; readonly command: Command }
  /** A word for the kind that works now. */
  | { readonly type: 'steer'; readonly word: SteerWord }
  /** A sentence about the key just pressed: why it does nothing now. */
  | { readonly type: 'told'; readonly text: string }
  | { readonly type: 'edit'; readonly edit: TextEdit }
  /** The list of choices has moved to this entry. */
  | { readonly type: 'highlighted'; readonly index: number }
  | { readonly type: 'resized'; readonly size: Size }
  | { readonly type: 'tick'; readonly now: number }
  | { readonly type: 'target'; readonly result: Target | Failed }
  | { readonly type: 'runbooks'; readonly result: readonly RunbookEntry[] | Failed }
  | { readonly type: 'sessions'; readonly result: readonly SessionEntry[] | Failed }
  | { readonly type: 'practice'; readonly result: PracticeStatus | Failed; readonly after?: PracticeAction }
  | { readonly type: 'briefed'; readonly file: string; readonly result: Briefing | Failed }
  | { readonly type: 'walk-began'; readonly state: WalkState; readonly folder: string }
  | { readonly type: 'walk-refused'; readonly trouble: Trouble }
  /** `now`: what time it is (ms), so that no tick has to draw the same once more. */
  | { readonly type: 'walk-changed'; readonly state: WalkState; readonly now?: number }
  | { readonly type: 'walk-ended'; readonly end: WalkEnd }
  | {
      readonly type: 'output';
      readonly place: OutputPlace;
      readonly run: string;
      readonly window: OutputWindow;
    }
  /** What a preview comes down to. */
  | { readonly type: 'summed-up'; readonly run: string; readonly said: string }
  | { readonly type: 'report'; readonly id: string; readonly result: { readonly text: string } | Failed }
  | { readonly type: 'found'; readonly run: string; readonly text: string; readonly line: number };

export type OutputPlace = 'pane' | 'viewer';

export type Effect =
  | { readonly type: 'load'; readonly what: 'target' | 'runbooks' | 'sessions' | 'practice' }
  | { readonly type: 'practice'; readonly action: PracticeAction }
  | { readonly type: 'brief'; readonly file: string; readonly values: Readonly<Record<string, string>> }
  | {
      readonly type: 'start';
      readonly file: string;
      readonly values: Readonly<Record<string, string>>;
      readonly mode: Mode;
    }
  | { readonly type: 'resume'; readonly id: string; readonly as: 'driver' | 'follower' }
  | { readonly type: 'send'; readonly intent: Intent }
  /** `first` undefined: the end of the output. */
  | {
      readonly type: 'read-output';
      readonly place: OutputPlace;
      readonly run: string;
      readonly first: number | undefined;
      readonly count: number;
    }
  | {
      readonly type: 'search';
      readonly run: string;
      readonly text: string;
      readonly from: number;
      readonly direction: 1 | -1;
      /** Where nothing is found, it is looked for from the first line on. */
      readonly around?: true;
    }
  /** Reads what a preview printed, to say it in a few words. */
  | { readonly type: 'sum-up'; readonly run: string }
  | { readonly type: 'report'; readonly id: string }
  /** Puts a finding aside as known on this cluster, for so many days; then it is looked again. */
  | {
      readonly type: 'suppress';
      readonly finding: PlacedFinding;
      readonly reason: string;
      readonly days: number;
    }
  | { readonly type: 'close-walk' }
  /** Throws away what the terminal shows and draws it anew. */
  | { readonly type: 'redraw' };

/** The next state and what is to be done. */
export type Updated = readonly [UiState, readonly Effect[]];
