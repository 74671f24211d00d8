/**
 * Hides the values under `data:` and `stringData:` of Secrets in YAML and JSON. kubectl sorts keys, so `kind: Secret` comes after
 * the data: a block is judged by the `kind` that stands beside it, before or after.
 */

const hidden = '***';
const header = /^(\s*)"?(?:data|stringData)"?:\s*\{?\s*$/;
const kindKey = /^\s*"?kind"?:\s*"?(\w+)/;
const keyAndValue = /^(\s*(?:"(?:[^"\\]|\\.){1,253}"|[\w.+/-]{1,253}):\s*)(\S.*)$/;
const base64Value = /^"?[A-Za-z0-9+/]{16,}={0,2}"?,?$/;

/** Same number of lines, with the values of Secrets replaced. */
export function redactSecretData(lines: readonly string[]): string[] {
  const plain = lines.map(withoutListMark);
  const result = lines.map(redactOneLine);
  for (let at = 0; at < plain.length; at += 1) {
    const indent = header.exec(plain[at] ?? '')?.[1]?.length;
    if (indent === undefined) continue;
    const end = blockEnd(plain, at + 1, indent);
    const kind = kindBeside(lines, plain, at, end, indent);
    if (kind !== undefined && kind !== 'Secret') continue;
    const hide = (value: string) => kind === 'Secret' || base64Value.test(value.trim());
    hideValues(result, plain, at + 1, end, hide);
    at = end - 1;
  }
  return result;
}

/** A list's `- ` and a diff's `+` or `-` count as indentation: then the keys of one object stand in one column. */
function withoutListMark(line: string): string {
  if (line.trimEnd() === '---') return line;
  return line.replace(/^([+-]?)(\s*)(- )?/, (_, diff: string, space: string, dash?: string) =>
    ' '.repeat(diff.length + space.length + (dash?.length ?? 0)),
  );
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function isBlank(line: string): boolean {
  return line.trim() === '';
}

function blockEnd(plain: readonly string[], from: number, indent: number): number {
  let end = from;
  while (end < plain.length && (isBlank(plain[end] ?? '') || indentOf(plain[end] ?? '') > indent)) end += 1;
  return end;
}

/** The kind of the object that a block belongs to, or undefined where its line is not among these. */
function kindBeside(
  lines: readonly string[],
  plain: readonly string[],
  start: number,
  end: number,
  indent: number,
): string | undefined {
  const kindAt = (index: number): string | undefined =>
    indentOf(plain[index] ?? '') === indent ? kindKey.exec(plain[index] ?? '')?.[1] : undefined;
  const outside = (index: number): boolean => {
    const line = plain[index] ?? '';
    return lines[index]?.trim() === '---' || (!isBlank(line) && indentOf(line) < indent);
  };
  const beginsItem = (index: number): boolean =>
    indentOf(plain[index] ?? '') === indent && /^\s*- /.test(lines[index] ?? '') && indent > 0;
  for (let index = end; index < plain.length && !outside(index) && !beginsItem(index); index += 1) {
    const kind = kindAt(index);
    if (kind !== undefined) return kind;
  }
  if (beginsItem(start)) return undefined;
  for (let index = start - 1; index >= 0 && !outside(index); index -= 1) {
    const kind = kindAt(index);
    if (kind !== undefined) return kind;
    if (beginsItem(index)) return undefined;
  }
  return undefined;
}

function hideValues(
  result: string[],
  plain: readonly string[],
  start: number,
  end: number,
  hide: (value: string) => boolean,
): void {
  let keyIndent: number | undefined;
  let hidingBlock = false;
  for (let index = start; index < end; index += 1) {
    const line = plain[index] ?? '';
    if (isBlank(line)) continue;
    keyIndent ??= indentOf(line);
    const pair = indentOf(line) === keyIndent ? keyAndValue.exec(line) : null;
    if (pair !== null) {
      const [, key = '', value = ''] = pair;
      hidingBlock = /^[|>][+-]?\d?$/.test(value.trim()) && hide('A'.repeat(16));
      if (hidingBlock || !hide(value)) continue;
      const original = result[index] ?? '';
      const comma = value.trimEnd().endsWith(',') ? ',' : '';
      const shown = value.startsWith('"') ? `"${hidden}"` : hidden;
      result[index] = original.slice(0, key.length) + shown + comma;
    } else if (indentOf(line) > keyIndent && (hidingBlock || hide(line))) {
      result[index] = ' '.repeat(indentOf(line)) + hidden;
    }
  }
}

const oneLineSecret = /\\?"kind\\?":\s*\\?"Secret\\?"/;
const oneLineData = /(\\?"(?:data|stringData)\\?":\s*\{)([^{}]*)(\})/g;
const oneLineValue = /(:\s*\\?")((?:[^"\\]|\\(?!"))*)(\\?")/g;

/** A whole object on one line, as in `-o json | jq -c` or in the annotation that `kubectl apply` leaves. */
function redactOneLine(line: string): string {
  if (!oneLineSecret.test(line)) return line;
  return line.replace(
    oneLineData,
    (_, open: string, body: string, close: string) =>
      open + body.replace(oneLineValue, `$1${hidden}$3`) + close,
  );
}
