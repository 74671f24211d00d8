/** What is about to happen, or has: the command with its risk, its limits, its place, its values and its parts. Pure. */

import type { Action, ShellAction, ShellBlock } from '../../runbook/model.ts';
import { showControls } from '../../runbook/strip-controls.ts';
import type { ActionRef, Purpose } from '../../state/event.ts';
import type { WalkState } from '../../state/walk.ts';
import { span as duration } from '../../terminal/duration.ts';
import type { StyleName } from '../../terminal/line.ts';
import { type Line, line, lineWidth, span } from '../../terminal/line.ts';
import { displayWidth, wrap } from '../../terminal/text.ts';
import type { WalkUi } from '../ui-state.ts';
import { endingWords } from '../words/ending.ts';
import { clusterName, isShell, lastRun, valuesOf } from '../words/place.ts';
import { labelled, paragraph, type Room } from './parts.ts';

const words: Readonly<Record<Purpose, string>> = {
  look: 'LOOK',
  change: 'CHANGE',
  preview: 'PREVIEW',
  verify: 'VERIFY',
  undo: 'UNDO',
  probe: 'PROBE',
};

/** The risk of running a block for a purpose, as a word with its style. */
export function riskOf(
  action: Action | undefined,
  purpose: Purpose,
): { readonly word: string; readonly style: StyleName } {
  if (purpose === 'change') {
    const risk = action?.risk ?? 'change';
    return { word: risk.toUpperCase(), style: risk };
  }
  return { word: words[purpose], style: purpose === 'undo' ? 'change' : 'look' };
}

/** `CHANGE  bash, at most 10m, in linkerd, on prod-eu-1`; on two lines where the cluster would not be named in full. */
export function riskLines(
  walk: WalkState,
  action: Action | undefined,
  purpose: Purpose,
  block: ShellBlock,
  width: number,
): readonly Line[] {
  const { word, style } = riskOf(action, purpose);
  const facts = [
    block.language,
    block.timeoutMs === undefined ? 'no time limit' : `at most ${duration(block.timeoutMs)}`,
    ...(block.namespace === undefined ? [] : [`in ${block.namespace}`]),
    ...(block.interactive ? ['takes the keyboard'] : []),
  ];
  const cluster = clusterName(walk.session);
  const whole: Line = [span(word, style), span(`  ${facts.join(', ')}, on `), span(cluster, 'strong')];
  if (lineWidth(whole) <= width) return [whole];
  const [first = '', ...more] = wrap(cluster, Math.max(8, width - word.length - 5));
  return [
    [span(word, style), span('  on '), span(first, 'strong')],
    ...more.map((part): Line => [span(' '.repeat(word.length + 5)), span(part, 'strong')]),
    ...paragraph(facts.join(', '), width, 'plain', '  '),
  ];
}

/** The script, wrapped so that nothing of it is out of sight. A continued line is marked by its margin. */
export function scriptLines(script: string, width: number): readonly Line[] {
  return showControls(script)
    .replace(/\s+$/, '')
    .split('\n')
    .flatMap((row) =>
      wrap(row.replace(/\t/g, '  '), Math.max(8, width - 4)).map(
        (part, index): Line => [span(index === 0 ? '  ' : '    '), span(part, 'code')],
      ),
    );
}

/** The values a script reads, as many on a line as there is room for. */
export function valueLines(walk: WalkState, script: string, width: number): readonly Line[] {
  const room = Math.max(8, width - 2);
  const rows: string[] = [];
  for (const { name, value } of valuesOf(walk.session, script)) {
    const one = `${name}=${value}`;
    const last = rows.at(-1);
    if (last !== undefined && displayWidth(`${last}  ${one}`) <= room)
      rows[rows.length - 1] = `${last}  ${one}`;
    else rows.push(one);
  }
  return rows.flatMap((row) => wrap(row, room).map((part): Line => [span('  '), span(part, 'quiet')]));
}

/** `Preview`, `Verify`, `Undo`: there or not, and what a preview has said. */
export function partLines(
  walk: WalkUi,
  action: ShellAction,
  at: ActionRef,
  width: number,
  room: Room,
): readonly Line[] {
  const [said, style] = previewSaid(walk, action, at, room);
  const how = !action.preview
    ? 'none'
    : said === undefined
      ? 'v shows what would change'
      : `${said}; v shows it`;
  return [
    ...labelled('Preview', how, width, style),
    ...labelled(
      'Verify',
      action.verify ? 'yes: it can be asked whether it is done' : 'none',
      width,
      action.verify ? 'plain' : 'quiet',
    ),
    ...labelled('Undo', action.undo ? 'yes' : 'none', width, action.undo ? 'plain' : 'quiet'),
  ];
}

/** What the preview of a change came to; undefined where there is none or it has not run. */
export function previewSaid(
  { state, preview }: WalkUi,
  action: ShellAction,
  at: ActionRef,
  { glyphs }: Room,
): readonly [string | undefined, StyleName] {
  const run = action.preview && lastRun(state, at, 'preview');
  if (!run?.ending) return [undefined, action.preview ? 'plain' : 'quiet'];
  if (run.ending.type !== 'exited' || !run.ending.ok)
    return [`${glyphs.failed} failed, ${endingWords(run.ending).short}`, 'bad'];
  return [preview?.run === run.run ? preview.said : 'done', 'plain'];
}

/** The command in a few lines, for when its output matters more. */
export function shortScript(script: string, width: number, rows: number, { glyphs }: Room): readonly Line[] {
  const all = scriptLines(script, width);
  if (all.length <= rows) return all;
  return [...all.slice(0, rows - 1), line(`  ${glyphs.cut} ${all.length - rows + 1} more lines`, 'quiet')];
}

/** The command with its risk, its limits and its values. */
export function commandLines(
  walk: WalkState,
  action: Action | undefined,
  purpose: Purpose,
  block: ShellBlock,
  width: number,
): readonly Line[] {
  return [
    ...riskLines(walk, action, purpose, block, width),
    ...scriptLines(block.script, width),
    ...valueLines(walk, block.script, width),
  ];
}

/** Everything about a command that waits for a yes. */
export function deedLines(
  walk: WalkUi,
  action: Action | undefined,
  at: ActionRef,
  purpose: Purpose,
  block: ShellBlock,
  width: number,
  room: Room,
): readonly Line[] {
  return [
    ...commandLines(walk.state, action, purpose, block, width),
    ...(action && isShell(action) && purpose === 'change' ? partLines(walk, action, at, width, room) : []),
  ];
}
