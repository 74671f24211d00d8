/** Reads what `linkerd check -o json` printed. */
import { stripControls, stripToLine } from '../runbook/strip-controls.ts';
import type { CheckLine, CheckReport } from './check-report.ts';

/** Where a document begins. The tool writes `success` first; in a string its quotes would be escaped, so text cannot pass for one. */
const start = /\{\s*"(?:success|categories)"\s*:/g;

/** An error of a check may list every pod of a cluster. */
const longestError = 20_000;

/**
 * Reads the output of `linkerd check -o json`. It is a stream of JSON documents, not one: the core's, then one for each
 * extension (`cli/cmd/check_extensions.go`). What stands between or after them is kept in `rest`. A last document that was cut
 * off gives the checks that are complete, and makes the report a broken one. Never throws, whatever the text is.
 */
export function parseCheckOutput(output: string): CheckReport {
  const checks: CheckLine[] = [];
  const ends: CheckLine[] = [];
  let rest = '';
  let documents = 0;
  let broken: string | undefined;
  let at = 0;
  for (;;) {
    start.lastIndex = at;
    const found = start.exec(output);
    if (!found) break;
    rest += output.slice(at, found.index);
    const { end, salvaged } = endOfDocument(output, found.index);
    const document = read(salvaged ?? output.slice(found.index, end));
    if (salvaged !== undefined) broken = 'Its output was cut off.';
    if (document === undefined) {
      if (salvaged === undefined) broken = 'A part of its output could not be read.';
      rest += output.slice(found.index, end);
    } else {
      documents += 1;
      const lines = linesOf(document);
      checks.push(...lines);
      const last = lines.at(-1);
      if (last?.result === 'error' && salvaged === undefined) ends.push(last);
      const failed = (document as { success?: unknown }).success === false;
      if (failed && !lines.some(({ result }) => result === 'error')) {
        broken ??= 'It says that it failed, and names no check.';
      }
    }
    at = end;
  }
  const tail = output.slice(at);
  if (/\{\s*(?:"\w*"?\s*)?$/.test(tail)) broken ??= 'Its output was cut off.';
  rest = stripControls(rest + tail).trim();
  if (documents === 0) broken ??= 'It printed no result.';
  else if (checks.length === 0) broken ??= 'It looked at nothing.';
  const success = broken === undefined && checks.every(({ result }) => result !== 'error');
  return { success, checks, rest, ends, ...(broken === undefined ? {} : { broken }) };
}

function read(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/**
 * Where the document that begins at `from` ends. One without an end is `salvaged`: cut after its last complete check (or
 * category), with what it left open closed.
 */
function endOfDocument(text: string, from: number): { readonly end: number; readonly salvaged?: string } {
  const open: string[] = [];
  let quoted = false;
  let complete = { at: from, closers: '' };
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (quoted) {
      if (character === '\\') at += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === '{') open.push('}');
    else if (character === '[') open.push(']');
    else if (character === '}' || character === ']') {
      open.pop();
      if (open.length === 0) return { end: at + 1 };
      if (character === '}') complete = { at: at + 1, closers: open.toReversed().join('') };
    }
  }
  const cut = complete.at > from ? text.slice(from, complete.at) + complete.closers : '{}';
  return { end: text.length, salvaged: cut };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function linesOf(document: unknown): CheckLine[] {
  const { categories } = document as { categories?: unknown };
  // Go writes an empty list as null.
  if (!Array.isArray(categories)) return [];
  return categories.flatMap((category: unknown) => {
    const { categoryName, checks } = Object(category) as { categoryName?: unknown; checks?: unknown };
    if (!Array.isArray(checks)) return [];
    return checks.map((check: unknown) => lineOf(stripToLine(textOf(categoryName)), Object(check)));
  });
}

function lineOf(category: string, check: Readonly<Record<string, unknown>>): CheckLine {
  const [description = '', ...details] = stripControls(textOf(check.description)).split('\n');
  const error = [textOf(check.error), ...details].map(lines).filter(Boolean).join('\n');
  const hint = stripToLine(textOf(check.hint));
  const { result } = check;
  return {
    category,
    description: stripToLine(description),
    // A result of a kind that nobody knows yet must not pass for a success.
    result: result === 'success' || result === 'warning' ? result : 'error',
    ...(error === '' ? {} : { error: error.slice(0, longestError) }),
    ...(/^https?:\/\/\S+$/.test(hint) ? { hint } : {}),
  };
}

/** Indentation of lists becomes two blanks, so that nothing depends on where a terminal has its tab stops. */
function lines(text: string): string {
  return stripControls(text)
    .split('\n')
    .map((line) => line.replace(/^\t+/, '  ').replaceAll('\t', ' ').trimEnd())
    .filter((line) => line.trim() !== '')
    .join('\n');
}
