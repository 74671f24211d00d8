import { Box, useInput } from 'ink';
import { Fragment, type ReactNode, useCallback, useSyncExternalStore } from 'react';
import { showControls } from '../runbook/strip-controls.ts';
import { type Line, span } from '../terminal/line.ts';
import { ChoiceList } from './components/choice-list.tsx';
import { Columns, columnWidths } from './components/columns.tsx';
import { bodyHeight, Frame } from './components/frame.tsx';
import { layoutHelp } from './components/help-overlay.ts';
import { layoutOutline } from './components/outline-list.ts';
import { layoutOutput } from './components/output-pane.ts';
import { Rows } from './components/rows.tsx';
import { isTooSmall, TooSmall } from './components/too-small.tsx';
import { clampOffset } from './components/window.ts';
import { keyMessage } from './key-message.ts';
import { keyMode } from './mode.ts';
import { useLook } from './theme.ts';
import type { UiState } from './ui-state.ts';
import type { UiStore } from './ui-store.ts';
import { runsToView } from './update/viewer.ts';
import { briefingBody, briefingHeader } from './views/briefing.ts';
import { diagnosisBody } from './views/diagnosis.ts';
import { footerLines } from './views/footer.ts';
import { homeBody, homeHeader } from './views/home.ts';
import { outline } from './views/outline.ts';
import { panelPane } from './views/panel-pane.ts';
import { headerLine, type Room, sessionHeader } from './views/parts.ts';
import { readable, tookTerminal } from './views/run-output.ts';
import { stepPane } from './views/step-pane.ts';
import { summaryBody } from './views/summary.ts';
import { endingWords } from './words/ending.ts';
import { wordsNow } from './words/kinds.ts';
import { hadTerminal } from './words/place.ts';
import { looksRenewed } from './words/renewed.ts';

export interface AppProps {
  readonly store: UiStore;
  /** Whether the key read last came in one piece with others: no decision is taken from such a key. */
  readonly burst: () => boolean;
}

/** The whole program on screen: one place where keys arrive, and one screen at a time. */
export function App({ store, burst }: AppProps): ReactNode {
  const ui = useSyncExternalStore(store.subscribe, store.getState);
  useInput((input, key) => {
    const message = keyMessage(store.getState(), input, key, burst());
    if (message) store.dispatch(message);
  });
  const { glyphs } = useLook();
  const { columns, rows } = ui.size;
  if (isTooSmall(columns, rows)) return <TooSmall columns={columns} rows={rows} />;
  const room: Room = { columns, glyphs };
  const footer = footerLines(ui, room);
  const height = bodyHeight(rows, 1, footer.length);
  return (
    <Frame columns={columns} rows={rows} header={[header(ui, room)]} footer={footer}>
      <Body ui={ui} store={store} height={height} room={room} />
    </Frame>
  );
}

function header(ui: UiState, room: Room): Line {
  if (ui.overlay?.type === 'text') return headerLine(ui.overlay.title, [], room);
  if (ui.screen === 'home') return homeHeader(ui, room);
  if (ui.screen === 'briefing') return briefingHeader(ui, room);
  return sessionHeader(ui, room);
}

interface BodyProps {
  readonly ui: UiState;
  readonly store: UiStore;
  readonly height: number;
  readonly room: Room;
}

function Body({ ui, store, height, room }: BodyProps): ReactNode {
  const { columns, glyphs } = room;
  const { overlay, walk } = ui;
  const rows = (lines: readonly Line[]) => <Rows lines={lines} width={columns} height={height} />;
  if (overlay?.type === 'help') {
    const words = walk ? wordsNow(walk.state, ui.kinds.steering) : [];
    const lines = layoutHelp(keyMode({ ...ui, overlay: undefined }), columns - 1, words);
    const first = clampOffset(overlay.scroll, lines.length, height);
    return rows(lines.slice(first, first + height).map((row) => [span(' '), ...row]));
  }
  if (overlay?.type === 'text') {
    const first = clampOffset(overlay.scroll, overlay.lines.length, height - 1);
    const output = {
      total: overlay.lines.length,
      first,
      lines: overlay.lines.slice(first, first + height - 1),
    };
    const found = overlay.found === undefined ? {} : { match: overlay.found };
    return rows(layoutOutput({ output, width: columns, height, search: overlay.search, ...found }, glyphs));
  }
  switch (ui.screen) {
    case 'home':
      return rows(homeBody(ui, height, room));
    case 'briefing':
      return rows(briefingBody(ui, height, room));
    case 'summary':
    case 'walk':
      if (walk?.viewer) return rows(viewerLines(ui, columns, height, room));
      if (ui.screen === 'summary') return rows(summaryBody(ui, height, room));
      if (walk?.findings) return rows(diagnosisBody(ui, height, room).lines);
      return <WalkBody ui={ui} store={store} height={height} room={room} />;
  }
}

/** A run's output over the whole screen, under the line that says which command it is of. */
function viewerLines(ui: UiState, width: number, height: number, { glyphs }: Room): readonly Line[] {
  const { viewer, state, preview: summed } = ui.walk!;
  const run = state.session.runs[viewer!.run];
  const script = run ? showControls(run.script).trim().split('\n') : [];
  const more = script.length > 1 ? ` ${glyphs.cut} ${script.length - 1} more lines` : '';
  const runs = runsToView(ui, viewer!.run);
  const which =
    runs.length < 2 ? '' : ` ${runs.findIndex((one) => one.run === viewer!.run) + 1} of ${runs.length} `;
  const ended = run?.ending ? `, ${endingWords(run.ending).short}` : '';
  const title: Line = [
    span(which, 'quiet'),
    span(` ${run?.purpose ?? ''}${ended}  `, 'strong'),
    span(`${script[0] ?? ''}${more}`, 'code'),
  ];
  const { follow, left, search, found } = viewer!;
  const window = readable(viewer!.window, width);
  const all = window ?? { total: 0, first: 0, lines: [] };
  const none =
    window === undefined || window.withheld ? '' : run && hadTerminal(state, run) ? tookTerminal : undefined;
  // A footer that has grown takes rows: at the end of the output the first lines give way.
  const drop = follow ? Math.max(0, all.lines.length - (height - 2)) : 0;
  return [
    title,
    ...layoutOutput(
      {
        output: { total: all.total, first: all.first + drop, lines: all.lines.slice(drop) },
        width,
        height: height - 1,
        following: follow,
        running: state.live.running?.run === viewer!.run,
        left,
        search,
        ...(none === undefined ? {} : { none }),
        ...(found === undefined ? {} : { match: found }),
        ...(run?.purpose === 'preview' ? { quiet: looksRenewed } : {}),
        ...(summed?.run === viewer!.run ? { remark: summed.said } : {}),
      },
      glyphs,
    ),
  ];
}

function WalkBody({ ui, store, height, room }: BodyProps): ReactNode {
  const walk = ui.walk!;
  const widths = columnWidths(room.columns);
  const { entries, current } = outline(walk.state);
  const left = layoutOutline(entries, current, widths.left, height, room.glyphs);
  const shown = panelPane(ui, widths.right - 1, height, room);
  if (shown)
    return (
      <Columns
        height={height}
        leftWidth={widths.left}
        rightWidth={widths.right}
        left={<Rows lines={left} width={widths.left} height={height} />}
        right={<Rows lines={shown.lines} width={widths.right} height={height} />}
      />
    );
  const pane = stepPane(ui, widths.right - 1, height, room);
  const list = choices(ui);
  const right = (
    <Fragment>
      <Rows lines={pane.lines.slice(0, height - pane.listRows)} width={widths.right} />
      {list && pane.listRows > 0 ? (
        <List ui={ui} store={store} list={list} width={widths.right} height={pane.listRows} />
      ) : null}
    </Fragment>
  );
  return (
    <Columns
      height={height}
      leftWidth={widths.left}
      rightWidth={widths.right}
      left={<Rows lines={left} width={widths.left} height={height} />}
      right={<Box flexDirection="column">{right}</Box>}
    />
  );
}

interface Entry {
  readonly value: string;
  readonly label: string;
}

/** What the question lets choose from, in a list of its own. */
function choices(ui: UiState): { readonly id: string; readonly entries: readonly Entry[] } | undefined {
  const question = ui.walk?.state.question;
  if (question?.type === 'choose') return { id: question.at.action, entries: question.options };
  if (question?.type === 'parameter' && question.parameter.choices)
    return {
      id: question.parameter.name,
      entries: question.parameter.choices.map((value) => ({ value, label: value })),
    };
  return undefined;
}

interface ListProps {
  readonly ui: UiState;
  readonly store: UiStore;
  readonly list: { readonly id: string; readonly entries: readonly Entry[] };
  readonly width: number;
  readonly height: number;
}

/** The list moves by itself; where it stands is kept in the store, so that it is there again after an overlay. */
function List({ ui, store, list, width, height }: ListProps): ReactNode {
  const chosen = list.entries[ui.walk!.choice]?.value;
  const highlight = useCallback(
    (value: string) =>
      store.dispatch({
        type: 'highlighted',
        index: list.entries.findIndex((entry) => entry.value === value),
      }),
    [store, list.entries],
  );
  return (
    <ChoiceList
      key={list.id}
      choices={list.entries}
      {...(chosen === undefined ? {} : { initial: chosen })}
      active={keyMode(ui) === 'choose'}
      width={width}
      height={height}
      onHighlight={highlight}
      onChoose={(value) => {
        highlight(value);
        store.dispatch({ type: 'command', command: 'submit' });
      }}
    />
  );
}
