/** The output of one run as lines that are safe to show, however much of it there is. */
import { type FileHandle, open } from 'node:fs/promises';
import { contextLines, createRedactor, createSecretSieve } from '../runbook/redact.ts';
import { stripControls } from '../runbook/strip-controls.ts';
import { errorCode } from './io-error.ts';
import { createLineIndex, type LineIndex } from './line-index.ts';
import type { OutputFile, OutputWindow } from './port.ts';
import { readLines, readStretch } from './read-lines.ts';
import { type RunPaths, readEnding, runPaths } from './run-folder.ts';
import { searchBackward, searchForward } from './search-output.ts';

const sliceBytes = 256 * 1024;
/** Lines around a stretch are looked at so many at a time, and no more once they are this long together: keys and Secrets are shorter. */
const contextStep = 25;
const contextLength = 256 * 1024;
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
  const mayHoldSecret = createSecretSieve(secrets);
  const clean = cleaner(paths);
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
    // One buffer for all slices: hundreds of them would wait to be collected.
    const slice = Buffer.allocUnsafe(Math.max(0, Math.min(sliceBytes, size - index.end)));
    while (index.end < size) {
      const length = Math.min(slice.length, size - index.end);
      const { bytesRead } = await handle.read(slice, 0, length, index.end);
      if (bytesRead === 0) break;
      index.add(slice.subarray(0, bytesRead));
    }
    return opened;
  }

  /** Lines ready to show, redacted with the lines around them in view. */
  async function shown(file: Opened, first: number, count: number): Promise<string[]> {
    if (count <= 0) return [];
    const own = await readAll(file, first, count);
    const before = await around(file, first, -1);
    const after = await around(file, first + own.length, 1);
    return redact([...before, ...own, ...after].map((line) => expandTabs(clean(line))))
      .slice(before.length, before.length + own.length)
      .map(cut);
  }

  /** The lines before or after a place that redaction may depend on, in the file's order. */
  async function around(file: Opened, from: number, direction: 1 | -1): Promise<string[]> {
    let lines: string[] = [];
    let length = 0;
    while (lines.length < contextLines && length < contextLength) {
      const short = lines.length > 0 && (length / lines.length) * contextLines < contextLength;
      const step = short ? contextLines - lines.length : contextStep;
      const start = direction === 1 ? from + lines.length : from - lines.length - step;
      const more = await readAll(file, Math.max(0, start), step + Math.min(0, start));
      if (more.length === 0) break;
      lines = direction === 1 ? [...lines, ...more] : [...more, ...lines];
      length += more.reduce((sum, line) => sum + line.length, 0);
    }
    return lines;
  }

  /** Whole lines, and the unfinished last one. */
  async function readAll(file: Opened, start: number, count: number): Promise<string[]> {
    const lines = await readLines(file.handle, file.index, start, count);
    if (start > file.index.lines || start + count <= file.index.lines || file.index.lastStart >= file.size)
      return lines;
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
    const at = Math.max(0, Math.min(from, total - 1));
    const source = {
      ...file,
      clean,
      mayHoldSecret,
      raw: (first: number, count: number) => readAll(file, first, count),
      shown: (first: number, count: number) => shown(file, first, count),
      closed: () => closed,
    };
    return direction === 1 ? searchForward(source, wanted, at) : searchBackward(source, wanted, at);
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

/** The shell names our script by its path in its messages; that tells an operator nothing. */
function cleaner({ script }: RunPaths): (text: string) => string {
  const prefix = `${script}: `;
  return (text) => stripControls(text).replaceAll(prefix, '');
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
