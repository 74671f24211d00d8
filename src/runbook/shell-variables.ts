/** Finds the variables of a bash script: what it reads and what it sets. No interpreter; a scanner that knows quoting. */
interface VariableUse {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

interface ScriptVariables {
  readonly uses: readonly VariableUse[];
  readonly assigned: ReadonlySet<string>;
}

type WordMode = 'plain' | 'declaring' | 'reading' | 'for';

const name = /[A-Za-z_][A-Za-z0-9_]*/y;
const assignment = /([A-Za-z_][A-Za-z0-9_]*)(?:\[[^\]\n]{0,200}\])?\+?=/y;
const heredoc = /<<(-?)[ \t]*(?:'([^'\n]+)'|"([^"\n]+)"|(\\?)([^\s;&|<>()'"\\]+))/y;
const reserved = new Set(['then', 'do', 'else', 'elif', 'if', 'while', 'until', '!', 'time', '{', 'in']);
const declaring = new Set(['export', 'declare', 'local', 'readonly', 'typeset', 'env', 'unset']);
const reading = new Set(['read', 'mapfile', 'readarray', 'getopts']);

/** Time grows with the length of the script only. */
export function scanVariables(script: string): ScriptVariables {
  const uses: VariableUse[] = [];
  const assigned = new Set<string>();
  const pending: { delimiter: string; quoted: boolean; tabs: boolean }[] = [];
  let at = 0;

  const match = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(script);
  };
  const take = (): string | undefined => {
    const found = match(name);
    if (found) at += found[0].length;
    return found?.[0];
  };

  commands();
  return { uses, assigned };

  /** Commands up to the end of the script. Nesting is a stack of what closes it, so that depth costs no recursion. */
  function commands(): void {
    const closers: ('"' | ')' | '}' | '))' | ']')[] = [];
    let commandStart = true;
    let mode = 'plain' as WordMode;
    let wordStart = true;
    let cases = 0;
    while (at < script.length) {
      const inside = closers.at(-1);
      const character = script[at]!;
      if (character === '\\') {
        at += 2;
        wordStart = commandStart = false;
      } else if (inside === '"') {
        if (character === '"') closers.pop();
        if (character === '$') {
          dollar(closers);
          commandStart = wordStart = closers.at(-1) === ')';
        } else at += 1;
      } else if (inside === '))' || inside === ']') {
        arithmetic(closers, inside);
      } else if (character === "'" && inside !== '}') {
        const close = script.indexOf("'", at + 1);
        at = close < 0 ? script.length : close + 1;
        wordStart = commandStart = false;
      } else if (character === '"') {
        closers.push('"');
        at += 1;
        wordStart = commandStart = false;
      } else if (character === '$') {
        dollar(closers);
        wordStart = closers.at(-1) === ')' && script[at - 1] === '(';
        commandStart = wordStart;
      } else if (inside === '}') {
        if (character === '}') closers.pop();
        at += 1;
        wordStart = commandStart = false;
      } else if (character === '#' && wordStart) {
        const end = script.indexOf('\n', at);
        at = end < 0 ? script.length : end;
      } else if (character === '\n') {
        at += 1;
        for (const body of pending.splice(0)) heredocBody(body);
        commandStart = wordStart = true;
        mode = 'plain';
      } else if (script.startsWith('<<<', at)) {
        at += 3;
        wordStart = true;
      } else if (script.startsWith('<<', at)) {
        const found = match(heredoc);
        if (found) {
          const delimiter = found[2] ?? found[3] ?? found[5]!;
          pending.push({
            delimiter,
            quoted: found[5] === undefined || found[4] !== '',
            tabs: found[1] === '-',
          });
        }
        at += found?.[0].length ?? 2;
        wordStart = true;
      } else if (script.startsWith('((', at) && commandStart) {
        closers.push('))');
        at += 2;
      } else if (character === '(' || character === '`') {
        if (character === '(') closers.push(')');
        at += 1;
        commandStart = wordStart = true;
        mode = 'plain';
      } else if (character === ')') {
        // In a case, a pattern ends with a bracket that nothing opened.
        if (inside === ')') closers.pop();
        at += 1;
        wordStart = true;
        commandStart = (cases > 0 && inside !== ')') || script[at - 2] === '(';
      } else if (';&|'.includes(character)) {
        at += 1;
        commandStart = wordStart = true;
        mode = 'plain';
      } else if (
        character === ' ' ||
        character === '\t' ||
        character === '<' ||
        character === '>' ||
        character === '\r'
      ) {
        at += 1;
        wordStart = true;
      } else if (wordStart) {
        const set = commandStart || mode === 'declaring' ? match(assignment) : null;
        if (set) {
          assigned.add(set[1]!);
          at += set[0].length;
          wordStart = false;
          // After `A=` another assignment or the command may follow; an array's elements are words.
          if (script[at] === '(') {
            at += 1;
            closers.push(')');
            commandStart = false;
            wordStart = true;
          }
        } else mode = word();
      } else {
        at += 1;
        if (!/[\w]/.test(character)) wordStart = false;
      }
    }

    function word(): WordMode {
      const end = /[\s;&|<>()"'`$\\]/g;
      end.lastIndex = at;
      const stop = end.exec(script)?.index ?? script.length;
      const text = script.slice(at, Math.max(stop, at + 1));
      at += text.length;
      wordStart = false;
      if (commandStart) {
        if (text === 'case') cases += 1;
        if (text === 'esac') cases -= 1;
        if (reserved.has(text)) return mode;
        const looping = text === 'for' || text === 'select';
        commandStart = looping && /^\s*\(\(/.test(script.slice(at, at + 100));
        if (looping) return 'for';
        if (declaring.has(text)) return 'declaring';
        return reading.has(text) || text === 'printf' ? 'reading' : 'plain';
      }
      if (mode === 'plain' || !/^[A-Za-z_]\w*$/.test(text)) return mode;
      assigned.add(text);
      return mode === 'for' ? 'plain' : mode;
    }
  }

  /** At a `$`: what it reads, and whether it opens something. */
  function dollar(closers: ('"' | ')' | '}' | '))' | ']')[]): void {
    const start = at;
    at += 1;
    const next = script[at];
    if (next === '(') {
      const sums = script[at + 1] === '(';
      at += sums ? 2 : 1;
      closers.push(sums ? '))' : ')');
    } else if (next === '{') {
      at += 1;
      const sign = script[at];
      if ((sign === '#' || sign === '!') && /[A-Za-z_]/.test(script[at + 1] ?? '')) at += 1;
      const found = take();
      if (found) {
        const sets = /^:?=/.test(script.slice(at, at + 2));
        uses.push({ name: found, start, end: script[at] === '}' ? at + 1 : at });
        if (sets) assigned.add(found);
      } else if (script[at] !== undefined && script[at] !== '}') at += 1;
      if (script[at] === '}') at += 1;
      else closers.push('}');
    } else if (next === "'" && closers.at(-1) !== '"') {
      at += 1;
      while (at < script.length && script[at] !== "'") at += script[at] === '\\' ? 2 : 1;
      at += 1;
    } else if (next !== undefined && /[A-Za-z_]/.test(next)) {
      const found = take()!;
      uses.push({ name: found, start, end: at });
    } else if (next !== undefined && /[0-9@*#?$!-]/.test(next)) at += 1;
  }

  function arithmetic(closers: ('"' | ')' | '}' | '))' | ']')[], inside: '))' | ']'): void {
    if (script.startsWith(inside, at)) {
      closers.pop();
      at += inside.length;
    } else if (script[at] === '$') dollar(closers);
    else if (/[A-Za-z_]/.test(script[at]!)) {
      const start = at;
      const found = take()!;
      if (
        /^\s*(?:[-+*/%&|^]?=(?!=)|\+\+|--)/.test(script.slice(at, at + 20)) ||
        /(?:\+\+|--)$/.test(script.slice(Math.max(0, start - 2), start))
      )
        assigned.add(found);
      else uses.push({ name: found, start, end: at });
    } else if (/[0-9]/.test(script[at]!)) {
      const digits = /[0-9A-Za-z_#]*/y;
      digits.lastIndex = at;
      at += Math.max(1, digits.exec(script)![0].length);
    } else at += 1;
  }

  /** At the line after `<<`: up to its delimiter. Only `$` and backslashes mean something in it. */
  function heredocBody({ delimiter, quoted, tabs }: (typeof pending)[number]): void {
    while (at < script.length) {
      const end = script.indexOf('\n', at);
      const stop = end < 0 ? script.length : end;
      const line = script.slice(at, stop);
      if ((tabs ? line.replace(/^\t+/, '') : line) === delimiter) {
        at = Math.min(script.length, stop + 1);
        return;
      }
      while (!quoted && at < stop) {
        if (script[at] === '\\') at += 2;
        else if (script[at] === '$') {
          const closers: ('"' | ')' | '}' | '))' | ']')[] = [];
          dollar(closers);
        } else at += 1;
      }
      at = Math.min(script.length, Math.max(at, stop) + 1);
    }
  }
}
