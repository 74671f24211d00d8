/** The footer of every screen: what is asked or said, and the keys that work now. */
import type { Question } from '../../state/question.ts';
import { layoutKeyBar } from '../components/key-bar.tsx';
import { type Line, line, span } from '../components/line.ts';
import { hideText, layoutField } from '../components/text-field.tsx';
import { layoutTypedConfirm } from '../components/typed-confirm.tsx';
import { bindingsOf } from '../keys/bindings.ts';
import { keyMode } from '../mode.ts';
import type { PromptKind, UiState, WalkUi } from '../ui-state.ts';
import { disabledCommands } from '../words/disabled.ts';
import { questionLine } from '../words/question.ts';
import { briefingStatus } from './briefing.ts';
import { homeStatus } from './home.ts';
import { paragraph, type Room } from './parts.ts';

/** The line or lines above the keys, then the keys. Never more than eight lines. */
export function footerLines(ui: UiState, room: Room): readonly Line[] {
  const keys = layoutKeyBar({ mode: keyMode(ui), width: room.columns, ...hiddenKeys(ui) }, room.glyphs);
  const said = ui.told === undefined ? statusLines(ui, room) : [line(` ${ui.told}`, 'warning')];
  return [...said.slice(0, 7), keys];
}

/** What cannot be given for what is on screen is not offered; pressed all the same, it says why. */
function hiddenKeys(ui: UiState) {
  const off = disabledCommands(ui);
  const commands = bindingsOf(keyMode(ui))
    .map((binding) => binding.command)
    .filter((command) => off[command] !== undefined);
  return ui.screen === 'walk' ? { hidden: commands } : { disabled: off };
}

function statusLines(ui: UiState, room: Room): readonly Line[] {
  const { overlay, walk } = ui;
  if (overlay?.type === 'help') return [line(' All keys, those of the screen below first.', 'quiet')];
  if (overlay?.type === 'leave') return leaveLines(ui, room);
  if (overlay?.type === 'text')
    return overlay.typing ? [layoutField(overlay.typing, room.columns - 1, ' Search:')] : [line('')];
  if (ui.screen === 'home') return [homeStatus(ui)];
  if (ui.screen === 'briefing') return [briefingStatus(ui, room)];
  if (!walk) return [];
  if (walk.viewer)
    return walk.viewer.typing
      ? [layoutField(walk.viewer.typing, room.columns - 1, ' Search:')]
      : [line(walk.viewer.search === '' ? '' : ` Looking for: ${walk.viewer.search}`, 'quiet')];
  if (walk.prompt) return promptLines(walk, room);
  if (ui.screen === 'summary') return [line(' The record is kept. Nothing more is done.', 'quiet')];
  return walkLines(walk);
}

function walkLines(walk: WalkUi): readonly Line[] {
  const { state, sent } = walk;
  if (state.readOnly)
    return [
      [
        span(' You follow.', 'strong'),
        span(` ${state.readOnly.owner} drives this session; keys here change nothing.`),
      ],
    ];
  const notice = state.live.notice;
  const notices: readonly Line[] = notice === undefined ? [] : [line(` ${notice}`, 'warning')];
  const changed: readonly Line[] =
    state.changed === undefined || notice !== undefined
      ? []
      : [
          line(
            ' The runbook on disk has changed since the start; the session keeps its own copy. g shows how.',
            'quiet',
          ),
        ];
  if (sent || !state.question)
    return [
      ...notices,
      line(state.live.running || state.live.soak ? ' It runs. Its end is waited for.' : ' ...', 'quiet'),
    ];
  return [...notices, ...changed, line(` ${questionLine(state, state.question)}`, 'strong')];
}

const labels: Readonly<Record<Exclude<PromptKind, 'type-run' | 'type-confirm' | 'value'>, string>> = {
  note: 'Note:',
  skip: 'Why is it skipped?',
  'done-by-hand': 'What did you do by hand?',
  'settle-done': 'It was done. How do you know?',
  'settle-not-done': 'It was not done. How do you know?',
};

function promptLines(walk: WalkUi, room: Room): readonly Line[] {
  const open = walk.prompt!;
  const question = walk.state.question;
  const width = room.columns - 2;
  const error: readonly Line[] = open.error === undefined ? [] : [line(` ${open.error}`, 'bad')];
  if (open.kind === 'type-run' || open.kind === 'type-confirm') {
    const { error: wrong } = open;
    return layoutTypedConfirm(
      {
        message: 'This cannot be undone.',
        mustType: mustType(question),
        state: open.draft,
        width,
        ...(wrong === undefined ? {} : { error: wrong }),
      },
      room.glyphs.warning,
    ).map((row) => [span(' '), ...row]);
  }
  if (open.kind === 'value') {
    const parameter = question?.type === 'parameter' ? question.parameter : undefined;
    const draft = parameter?.type === 'secret' ? hideText(open.draft, room.glyphs.secret) : open.draft;
    return [...error, layoutField(draft, width, ` ${parameter?.name ?? 'Value'}:`)];
  }
  return [...error, layoutField(open.draft, width, ` ${labels[open.kind]}`)];
}

const mustType = (question: Question | undefined): string =>
  question && 'mustType' in question ? (question.mustType ?? '') : '';

function leaveLines(ui: UiState, room: Room): readonly Line[] {
  const sure = ui.overlay?.type === 'leave' && ui.overlay.sure;
  const state = ui.walk?.state;
  const running = state?.live.running
    ? ' The command that runs now goes on by itself; its output and its end are kept.'
    : '';
  const text = sure
    ? `Stop for good? It cannot be resumed then; what was done stays done.${running} Press x once more.`
    : `Leave? Paused, it goes on where it is with: handrail resume ${state?.session.id ?? ''}.${running}`;
  return paragraph(text, room.columns - 2, sure ? 'bad' : 'strong', ' ');
}
