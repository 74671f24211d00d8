/** Redacts a finished output file where it lies. */
import { createReadStream } from 'node:fs';
import { chmod, open, rename, rm, stat, utimes } from 'node:fs/promises';
import { contextLines, createRedactor, createSecretSieve, type Redactor } from '../runbook/redact.ts';

const chunkBytes = 64 * 1024;
/** A line longer than this is redacted in pieces, cut at white space where there is some. */
const pieceLength = 512 * 1024;
const blockLength = 256 * 1024;
const overlapLength = 4096;

/**
 * Replaces secrets in a stored file: a redacted copy is written, put on disk and renamed over it, so that there is always
 * one whole file. A file without secrets is left alone. Failing (a full disk) leaves the file as it was: what is shown of it is
 * redacted all the same, and the next program that attaches tries again.
 */
export async function redactStored(file: string, secrets: readonly string[]): Promise<void> {
  const draft = `${file}.redacted`;
  try {
    if (!(await mayHoldSecrets(file, secrets))) return;
    const redact = createRedactor(secrets);
    let changed = false;
    for await (const block of redactedBlocks(file, redact)) {
      changed = block.changed;
      if (changed) break;
    }
    if (!changed) return;
    const { atime, mtime } = await stat(file);
    const handle = await open(draft, 'w', 0o600);
    try {
      for await (const { text } of redactedBlocks(file, redact)) await handle.writeFile(text, 'utf8');
      await handle.sync();
    } finally {
      await handle.close();
    }
    await chmod(draft, 0o600);
    await utimes(draft, atime, mtime);
    await rename(draft, file);
  } catch {
    await rm(draft, { force: true }).catch(() => undefined);
  }
}

/** A quick look through the file, as text and without its lines: nearly all output holds nothing to redact. */
async function mayHoldSecrets(file: string, secrets: readonly string[]): Promise<boolean> {
  const sieve = createSecretSieve(secrets);
  // What lies across two chunks is seen whole: a value in its longest form, or what tells a pattern.
  const overlap = secrets.reduce((most, secret) => Math.max(most, 12 * secret.length), overlapLength);
  let before = '';
  for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: chunkBytes })) {
    const text = before + (chunk as string);
    if (sieve(text)) return true;
    before = text.slice(-overlap);
  }
  return false;
}

interface Block {
  readonly text: string;
  readonly changed: boolean;
}

/** The file's text in stretches of at most a few megabytes, each redacted with the lines around it in view. */
async function* redactedBlocks(file: string, redact: Redactor): AsyncGenerator<Block> {
  let before: readonly string[] = [];
  let lines: string[] = [];
  let size = 0;
  let rest = '';
  for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: chunkBytes })) {
    const split = (rest + (chunk as string)).split('\n');
    rest = split.pop() ?? '';
    for (const line of split) {
      lines.push(line);
      size += line.length;
    }
    if (rest.length > pieceLength) {
      const cut = lastSpace(rest) + 1 || rest.length;
      yield block(before, [...lines, rest.slice(0, cut)], [], redact, '');
      [before, lines, size, rest] = [[], [], 0, rest.slice(cut)];
    } else if (lines.length > contextLines * 5 || size > blockLength) {
      const kept = Math.min(contextLines, Math.floor(lines.length / 2));
      const ready = lines.slice(0, lines.length - kept);
      lines = lines.slice(ready.length);
      yield block(before, ready, lines, redact, '\n');
      before = ready.slice(-contextLines);
      size = lines.reduce((sum, line) => sum + line.length, 0);
    }
  }
  yield block(before, [...lines, rest], [], redact, '');
}

function block(
  before: readonly string[],
  lines: readonly string[],
  after: readonly string[],
  redact: Redactor,
  end: string,
): Block {
  const redacted = redact([...before, ...lines, ...after]).slice(before.length, before.length + lines.length);
  const text = redacted.join('\n');
  return { text: text + end, changed: redacted.some((line, index) => line !== lines[index]) };
}

/** Where the last white space or carriage return in the second half of a text is, or -1. */
function lastSpace(text: string): number {
  for (let index = text.length - 1; index > text.length / 2; index -= 1) {
    if (' \t\r,'.includes(text[index] ?? '')) return index;
  }
  return -1;
}
