/** The footer of every screen: what is asked or said, and the keys that work now. */
import type { Question } from '../../state/question.ts';
import type { WalkState } from '../../state/walk.ts';
import { cutLine, type Line, line, lineWidth, type Span, span } from '../../terminal/line.ts';
import { columnWidths } from '../components/columns.tsx';
import { bodyHeight } from '../components/frame.tsx';
import { keyLabel } from '../components/key-bar.ts';
import { count } from '../components/output-pane.ts';
import { hideText, layoutField } from '../components/text-field.ts';
import { layoutTypedConfirm } from '../components/typed-confirm.ts';
import { bindingsOf } from '../keys/bindings.ts';
import { TEXT_MODES } from '../keys/modes.ts';
import { keyMode } from '../mode.ts';
import type { OutputUi, PromptKind, UiState, WalkUi } from '../ui-state.ts';
import { disabledCommands } from '../words/disabled.ts';
import { panelNow, wordsNow } from '../words/kinds.ts';
import { actionAt, isShell } from '../words/place.ts';
import { questionLine } from '../words/question.ts';
import { briefingStatus } from './briefing.ts';
import { previewSaid } from './deed.ts';
import { homeStatus } from './home.ts';
import { type PanelPane, panelPane } from './panel-pane.ts';
import { paragraph, type Room } from './parts.ts';
import { type View, wasInView } from './reading.ts';
import { stepPane } from './step-pane.ts';

/** The line or lines above the keys, then the keys. Never more than nine lines. */
export function footerLines(ui: UiState, room: Room): readonly Line[] {
  return [...saidLines(ui, room), ...keyLines(ui, room, goOnLabel(ui, room))];
}

/** What is asked or said. Beside a hint the line that is being typed stays in sight. */
function saidLines(ui: UiState, room: Room): readonly Line[] {
  if (ui.told === undefined) return statusLines(ui, room).slice(0, 7);
  const hint = paragraph(ui.told, room.columns - 1, 'warning', ' ');
  const typed = TEXT_MODES.includes(keyMode(ui)) ? statusLines(ui, room) : [];
  return [...hint, ...typed].slice(0, 7);
}

/** The window into the step's text, with the room that the footer leaves it. */
export function walkView(ui: UiState, room: Room): View {
  const footer = saidLines(ui, room).length + keyLines(ui, room, 'read on').length;
  const { right } = columnWidths(room.columns);
  return stepPane(ui, right - 1, bodyHeight(ui.size.rows, 1, footer), room).view;
}

/** The pane of the kind at hand, with the room that the footer leaves it; undefined where it has no panel to show. */
export function panelOf(ui: UiState, room: Room): PanelPane | undefined {
  if (ui.screen !== 'walk' || !panelNow(ui)) return undefined;
  const footer = saidLines(ui, room).length + keyLines(ui, room, 'read on').length;
  const { right } = columnWidths(room.columns);
  return panelPane(ui, right - 1, bodyHeight(ui.size.rows, 1, footer), room);
}

/** What the key that goes on does now: as long as something was not yet in view, it shows that. */
function goOnLabel(ui: UiState, room: Room): string | undefined {
  const question = ui.screen === 'walk' ? ui.walk?.state.question : undefined;
  if (!question) return undefined;
  const pane = panelOf(ui, room);
  if (pane) return pane.more ? 'read on' : permitLabel(question);
  const reads: readonly Question['type'][] = ['read', 'run', 'confirm', 'continue'];
  if (reads.includes(question.type) && !wasInView(walkView(ui, room))) return 'read on';
  return question.type === 'read' ? 'look' : permitLabel(question);
}

/** What the key that permits is called, where it is not a command that runs. */
function permitLabel(question: Question | undefined): string | undefined {
  if (question?.type === 'confirm')
    return question.mustType === undefined ? 'yes' : 'yes, by typing the name';
  if (question?.type === 'parameter') return 'answer';
  if (question?.type !== 'run') return undefined;
  if (question.mustType !== undefined) return 'run, by typing the name';
  return question.purpose === 'undo' ? 'undo' : undefined;
}

/**
 * All keys that do something now, on one line or two. What cannot be given for what is on screen is not offered; pressed all
 * the same, it says why.
 */
function keyLines(ui: UiState, { columns, glyphs }: Room, goOn: string | undefined): readonly Line[] {
  const off = disabledCommands(ui);
  const words = ui.walk ? wordsNow(ui.walk.state, ui.kinds.steering) : [];
  const lines: Span[][] = [[span(' ')]];
  for (const binding of bindingsOf(keyMode(ui), words)) {
    if (binding.quiet || off[binding.command] !== undefined) continue;
    const goesOn = binding.command === 'run' || binding.command === 'continue';
    const label = goesOn ? (goOn ?? binding.label) : binding.label;
    const cell = [span(keyLabel(binding.keys[0] ?? '', glyphs), 'key'), span(` ${label}  `)];
    const last = lines[lines.length - 1]!;
    if (lineWidth([...last, ...cell]) <= columns) last.push(...cell);
    else if (lines.length < 2) lines.push([span(' '), ...cell]);
  }
  // The table has no Esc for questions; here it takes the wish for an undo back.
  const question = ui.walk?.state.question;
  if (keyMode(ui) === 'question' && question?.type === 'run' && question.purpose === 'undo')
    lines[0]!.push(span('Esc', 'key'), span(' not now  '));
  return lines;
}

function statusLines(ui: UiState, room: Room): readonly Line[] {
  const { overlay, walk } = ui;
  if (overlay?.type === 'help') return [line(' All keys, those of the screen below first.', 'quiet')];
  if (overlay?.type === 'leave') return leaveLines(ui, room);
  if (overlay?.type === 'text')
    return overlay.typing ? [layoutField(overlay.typing, room.columns - 1, ' Search:')] : [line('')];
  if (ui.screen === 'home') return homeStatus(ui, room);
  if (ui.screen === 'briefing') return briefingStatus(ui, room);
  if (!walk) return [];
  if (walk.viewer)
    return walk.viewer.typing
      ? [layoutField(walk.viewer.typing, room.columns - 1, ' Search:')]
      : [line(` ${searched(walk.viewer)}`, 'quiet')];
  if (walk.prompt) return promptLines(walk, room);
  if (walk.findings && ui.screen === 'walk') return [line(` ${diagnosisStatus(walk)}`, 'strong')];
  if (ui.screen === 'summary') return [line(' The record is kept. Nothing more is done.', 'quiet')];
  return walkLines(walk, room);
}

/** What became of a search in output. Lines are counted from 1 there, as below the output. */
function searched({ search, found }: OutputUi): string {
  if (search === '') return '';
  if (found === undefined) return `Looking for "${search}"`;
  return found < 0
    ? `"${search}" is nowhere in this output.`
    : `"${search}" in line ${count(found + 1)}; n and N go on.`;
}

/** Beside the question, because the line about it may be below what is in view: what the preview has said. */
function previewSpans(walk: WalkUi, question: Question, room: Room): Line {
  if (question.type !== 'run' || question.purpose !== 'change') return [];
  const action = actionAt(walk.state, question.at);
  if (!action || !isShell(action)) return [];
  const [said, style] = previewSaid(walk, action, question.at, room);
  return said === undefined ? [] : [span('  Preview: ', 'quiet'), span(said, style)];
}

function walkLines(walk: WalkUi, room: Room): readonly Line[] {
  const { state, sent } = walk;
  const notice = state.live.notice;
  const notices = notice === undefined ? [] : paragraph(notice, room.columns - 1, 'warning', ' ');
  if (state.readOnly)
    return [
      ...notices,
      [
        span(' You follow.', 'strong'),
        span(` ${state.readOnly.owner} drives this session; keys here change nothing.`),
      ],
    ];
  const changed: readonly Line[] =
    state.changed === undefined || walk.changesSeen || notice !== undefined
      ? []
      : [line(' The runbook on disk has changed; g shows how. The session keeps its own copy.', 'quiet')];
  if (sent || !state.question) return [...notices, line(` ${working(state)}`, 'quiet')];
  const text = questionLine(state, state.question);
  // What a plan comes down to may take a second line: the sentence is the kind's own.
  if (state.question.type === 'confirm' && state.question.planned)
    return [...notices, ...changed, ...atMost(2, paragraph(text, room.columns - 1, 'strong', ' '), room)];
  const asked: Line = [span(` ${text}`, 'strong')];
  return [...notices, ...changed, [...asked, ...previewSpans(walk, state.question, room)]];
}

/** So many lines, and a mark at the end of the last where there are more. */
function atMost(count: number, lines: readonly Line[], { columns, glyphs }: Room): readonly Line[] {
  if (lines.length <= count) return lines;
  const shown = lines.slice(0, count);
  const last = cutLine(shown.at(-1) ?? [], columns - 3, glyphs.cut);
  return [...shown.slice(0, -1), [...last, span(` ${glyphs.cut}`, 'strong')]];
}

const working = ({ live }: WalkState): string => {
  if (live.running) return 'It runs. You are asked again when it has ended.';
  if (live.working?.stopping) return 'It is being ended.';
  if (live.working?.doing === 'plan') return 'It looks first. You are asked before anything changes.';
  if (live.working && !live.soak) return 'It works. You are asked again when it has ended.';
  return live.soak ? 'It waits. You are asked again when the time is over.' : '...';
};

/** What Enter would do. */
const diagnosisStatus = ({ state }: WalkUi): string =>
  state.question?.type === 'failure'
    ? 'Which pitfall is it? At its end you are back at the step that failed.'
    : 'What is known of the cluster.';

const labels: Readonly<Record<Exclude<PromptKind, 'type-run' | 'type-confirm' | 'value'>, string>> = {
  note: 'Note:',
  skip: 'Why is it skipped?',
  'done-by-hand': 'What did you do by hand?',
  'settle-done': 'It was done. How do you know?',
  'settle-not-done': 'It was not done. How do you know?',
  suppress: 'Why may it be put aside? (30d in front: for 30 days)',
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
  const width = room.columns - 2;
  if (sure && (state?.live.running || state?.live.working))
    return paragraph('Something runs: cancel it first, or pause and let it go on.', width, 'bad', ' ');
  if (sure)
    return paragraph('Stop for good? It cannot be resumed then. Press x once more.', width, 'bad', ' ');
  return [
    line(' Leave? Paused, the session goes on from here with:', 'strong'),
    line(`   handrail resume ${state?.session.id ?? ''}`),
    ...(running === '' ? [] : paragraph(running.trim(), width, 'plain', ' ')),
  ];
}
