/** The output of one run as lines that are safe to show, however much of it there is. */
import { type FileHandle, open } from 'node:fs/promises';
import { stripControls } from '../runbook/strip-controls.ts';
import { errorCode } from './io-error.ts';
import { createLineIndex, type LineIndex } from './line-index.ts';
import type { OutputFile, OutputWindow } from './port.ts';
import { readAt, readLines, readStretch } from './read-lines.ts';
import { contextLines, createRedactor } from './redact.ts';
import { type RunPaths, readEnding, runPaths } from './run-folder.ts';

const sliceBytes = 256 * 1024;
/** How much is searched at a time, as far as lines of average length tell. */
const searchBytes = 128 * 1024;
const longestLine = 4000;
const tabStop = 8;

interface Opened {
  readonly handle: FileHandle;
  readonly inode: number;
  readonly index: LineIndex;
  /** As of the last look. */
  size: number;
}

/** Opens the output in a run's folder for reading. The file may not be there yet, may grow, and is replaced once it was redacted. */
export function openOutput(folder: string, secrets: readonly string[]): OutputFile {
  const paths = runPaths(folder);
  const redact = createRedactor(secrets);
  const present = presenter(paths);
  let opened: Opened | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let closed = false;

  /** One request at a time: they share the index. */
  function inTurn<T>(task: () => Promise<T>): Promise<T> {
    const done = queue.then(task);
    queue = done.catch(() => undefined);
    return done;
  }

  /** The file as it is now, indexed to its end in slices, each of which lets others have a turn. */
  async function current(): Promise<Opened | undefined> {
    if (closed) return undefined;
    opened = await reopen(paths.output, opened);
    if (opened === undefined) return undefined;
    const { handle, index, size } = opened;
    while (index.end < size) {
      const bytes = await readAt(handle, index.end, Math.min(sliceBytes, size - index.end));
      if (bytes.length === 0) break;
      index.add(bytes);
    }
    return opened;
  }

  /** Lines ready to show, redacted with the lines around them in view. */
  async function shown(file: Opened, first: number, count: number): Promise<string[]> {
    if (count <= 0) return [];
    const start = Math.max(0, first - contextLines);
    const raw = await readAll(file, start, first - start + count + contextLines);
    return redact(raw.map(present))
      .slice(first - start, first - start + count)
      .map(cut);
  }

  /** Whole lines, and the unfinished last one. */
  async function readAll(file: Opened, start: number, count: number): Promise<string[]> {
    const lines = await readLines(file.handle, file.index, start, count);
    if (start + count <= file.index.lines || file.index.lastStart >= file.size) return lines;
    return [...lines, await readStretch(file.handle, file.index.lastStart, file.size)];
  }

  async function windowAt(place: (total: number) => { first: number; count: number }): Promise<OutputWindow> {
    // Asked before the size is: output that is there when the command has ended is all there is.
    const over = readEnding(paths) !== undefined;
    const file = await current();
    if (file === undefined) return { total: 0, first: 0, lines: [], bytes: 0 };
    const hasRest = file.index.lastStart < file.size;
    const total = file.index.lines + (over && hasRest ? 1 : 0);
    const { first, count } = place(total);
    const lines = await shown(file, first, Math.min(count, total - first));
    const base = { total, first, lines, bytes: file.size };
    if (over || !hasRest) return base;
    const [partial = ''] = await shown(file, file.index.lines, 1);
    return { ...base, partial };
  }

  async function find(text: string, from: number, direction: 1 | -1): Promise<number> {
    const file = await current();
    const wanted = text.toLowerCase();
    if (file === undefined || wanted === '') return -1;
    const total = file.index.lines + (file.index.lastStart < file.size ? 1 : 0);
    const step = Math.max(500, Math.min(10_000, Math.floor((searchBytes * total) / Math.max(1, file.size))));
    for (let at = Math.max(0, Math.min(from, total - 1)); at >= 0 && at < total && !closed; ) {
      const start = direction === 1 ? at : Math.max(0, at - step + 1);
      const count = direction === 1 ? Math.min(step, total - at) : at - start + 1;
      if (mayContain(await readAll(file, start, count), wanted)) {
        const lines = (await shown(file, start, count)).map((line) => line.toLowerCase().includes(wanted));
        const hit = direction === 1 ? lines.indexOf(true) : lines.lastIndexOf(true);
        if (hit >= 0) return start + hit;
      }
      at = direction === 1 ? start + count : start - 1;
    }
    return -1;
  }

  return {
    window: (first, count) =>
      inTurn(() =>
        windowAt((total) => {
          const start = Math.max(0, Math.min(Math.trunc(first), total));
          return { first: start, count: Math.max(0, Math.trunc(count)) };
        }),
      ),
    tail: (count) =>
      inTurn(() => windowAt((total) => ({ first: Math.max(0, total - Math.max(0, count)), count }))),
    search: (text, from, direction) => inTurn(() => find(text, Math.trunc(from), direction)),
    async close() {
      closed = true;
      await queue;
      await opened?.handle.close();
      opened = undefined;
    },
  };
}

/** Opens the file, or keeps it: a new inode or a smaller size means another file, whose lines begin elsewhere. */
async function reopen(file: string, before: Opened | undefined): Promise<Opened | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  const { ino, size } = await handle.stat();
  if (before !== undefined && before.inode === ino && size >= before.size) {
    await handle.close();
    before.size = size;
    return before;
  }
  await before?.handle.close();
  return { handle, inode: ino, size, index: createLineIndex() };
}

/** A quick look at raw lines, all at once. Only a hit is worth looking at them one by one. */
function mayContain(lines: readonly string[], wanted: string): boolean {
  const text = stripControls(lines.join('\n')).toLowerCase();
  // Tabs become spaces and secrets stars; what holds either may show what is not there now.
  return text.includes(wanted) || (wanted.includes(' ') && text.includes('\t')) || wanted.includes('*');
}

/** What a terminal would show of a line. The shell names our script by its path in its messages; that tells an operator nothing. */
function presenter(paths: RunPaths): (line: string) => string {
  const prefix = `${paths.script}: `;
  return (line) => expandTabs(stripControls(line).replaceAll(prefix, ''));
}

function expandTabs(line: string): string {
  if (!line.includes('\t')) return line;
  let result = '';
  for (const [index, part] of line
    .slice(0, 4 * longestLine)
    .split('\t')
    .entries()) {
    if (index > 0) result += ' '.repeat(tabStop - (result.length % tabStop));
    result += part;
  }
  return result;
}

function cut(line: string): string {
  return line.length <= longestLine ? line : `${line.slice(0, longestLine - 1)}…`;
}
