/**
 * The commands of a bash script, found without running it: pipes, lists, groups, substitutions, here documents. A word keeps its variables as
 * `$NAME` or `${NAME}`; what a substitution would print is `$()`. What is in quotes for another program (awk, sed) stays one word.
 */
export interface ScriptCommands {
  readonly commands: readonly ScriptCommand[];
  /** What each variable is set to, as it is written; a line for each time. */
  readonly assigned: Readonly<Record<string, string>>;
  /** The words of every `set -- ...`: what `"$@"` may stand for. */
  readonly positional: readonly string[];
}

/** One command, and the branches of \`case\` that it stands in, outermost first. */
export interface ScriptCommand {
  readonly words: readonly string[];
  readonly guards: readonly Guard[];
}

/** A branch of \`case WORD in\`: one of its patterns must fit, and none of those before it. */
export interface Guard {
  readonly word: string;
  readonly patterns: readonly string[];
  readonly earlier: readonly string[];
}

/** A \`case\` that is being read; \`naming\` while its patterns are. */
interface Case {
  readonly word: string;
  patterns: string[];
  earlier: string[];
  naming: boolean;
}

const keywords = new Set(['if', 'then', 'else', 'elif', 'while', 'until', 'do', '!', '{', 'time']);
const closing = new Set(['fi', 'done', 'esac', '}']);

/** Reads a script. Throws where a quote or a bracket is not closed. */
export function commandsOf(script: string): ScriptCommands {
  const commands: ScriptCommand[] = [];
  const cases: Case[] = [];
  const assigned: Record<string, string> = {};
  const positional: string[] = [];
  const heredocs: { readonly end: string; readonly tabs: boolean }[] = [];
  let at = 0;

  const finish = (words: string[]): void => {
    let first = 0;
    for (; first < words.length; first++) {
      const word = words[first]!;
      const set = /^([A-Za-z_]\w*)\+?=([\s\S]*)$/.exec(word);
      if (set !== null) assigned[set[1]!] = [assigned[set[1]!], set[2]].filter(Boolean).join('\n');
      else if (!keywords.has(word)) break;
    }
    const rest = words.slice(first);
    if (rest.length === 0 || closing.has(rest[0]!)) return;
    if (rest[0] === 'set' && rest[1] === '--') positional.push(...rest.slice(2));
    const guards = cases.map(({ word, patterns, earlier }) => ({ word, patterns, earlier }));
    commands.push({ words: rest, guards });
  };

  const skipHeredocs = (): void => {
    for (const { end, tabs } of heredocs.splice(0)) {
      while (at < script.length) {
        const newline = script.indexOf('\n', at);
        const line = script.slice(at, newline < 0 ? script.length : newline);
        at = newline < 0 ? script.length : newline + 1;
        if ((tabs ? line.trimStart() : line) === end) break;
      }
    }
  };

  const unclosed = (what: string): never => {
    throw new Error(`${what} is not closed in:\n${script}`);
  };

  /** `$...` at `at`: its text as it stands, with the commands inside read. */
  const dollar = (): string => {
    const start = at;
    if (script.startsWith('$((', at)) {
      const end = script.indexOf('))', at);
      if (end < 0) unclosed('$((');
      at = end + 2;
      return '$(())';
    }
    if (script[at + 1] === '(') {
      at += 2;
      list(')');
      // What is assigned keeps its source: `tool=$(command -v linkerd-$TO)` says which tool it is.
      return script.slice(start, at);
    }
    if (script[at + 1] === '{') {
      const end = script.indexOf('}', at);
      if (end < 0) unclosed('${');
      at = end + 1;
      return script.slice(start, at);
    }
    const name = /^\$(?:[A-Za-z_]\w*|[@*#?$!0-9-])?/.exec(script.slice(at, at + 200))![0];
    at += name.length;
    return name;
  };

  const quoted = (): string => {
    let text = '';
    at += 1;
    while (script[at] !== '"') {
      if (at >= script.length) unclosed('A quote');
      if (script[at] === '\\') {
        text += script.slice(at + 1, at + 2);
        at += 2;
      } else if (script[at] === '$') text += dollar();
      else text += script[at++];
    }
    at += 1;
    return text;
  };

  const word = (): string => {
    let text = '';
    while (at < script.length && !/[\s;|&()<>]/.test(script[at]!)) {
      const character = script[at]!;
      if (character === "'") {
        const end = script.indexOf("'", at + 1);
        if (end < 0) unclosed('A quote');
        text += script.slice(at + 1, end);
        at = end + 1;
      } else if (character === '"') text += quoted();
      else if (character === '$') text += dollar();
      else if (character === '\\') {
        text += script.slice(at + 1, at + 2);
        at += 2;
      } else {
        text += character;
        at += 1;
      }
    }
    return text;
  };

  /** Commands up to the bracket that closes them, or to the end. */
  function list(close?: ')'): void {
    let words: string[] = [];
    const outer = cases.length;
    const end = () => {
      finish(words);
      words = [];
    };
    while (at < script.length) {
      const character = script[at]!;
      const branch = cases.length > outer ? cases.at(-1) : undefined;
      if (script.startsWith('\\\n', at)) at += 2;
      else if (character === '\n') {
        end();
        at += 1;
        skipHeredocs();
      } else if (/\s/.test(character)) at += 1;
      else if (character === '#') {
        const newline = script.indexOf('\n', at);
        at = newline < 0 ? script.length : newline;
      } else if (character === ')') {
        at += 1;
        if (branch?.naming) branch.naming = false;
        else if (close === ')') {
          end();
          return;
        }
      } else if (character === '(' && !branch?.naming) {
        at += 1;
        end();
        list(')');
      } else if (character === '<' || character === '>') {
        const operator = /^(<<<|<<-?|[<>]&?|>>|>\|)/.exec(script.slice(at, at + 3))![0];
        at += operator.length;
        if (/^\d$/.test(words.at(-1) ?? '')) words.pop();
        while (script[at] === ' ') at += 1;
        if (script[at] === '(') {
          at += 1;
          list(')');
          continue;
        }
        const target = word();
        if (operator.startsWith('<<') && operator !== '<<<')
          heredocs.push({ end: target, tabs: operator === '<<-' });
      } else if (branch?.naming && /[|(]/.test(character)) at += 1;
      else if (branch !== undefined && script.startsWith(';;', at)) {
        end();
        at += 2;
        branch.earlier = [...branch.earlier, ...branch.patterns];
        branch.patterns = [];
        branch.naming = true;
      } else if (/[;|&]/.test(character)) {
        end();
        at += 1;
      } else {
        const next = word();
        if (words.length === 0 && next === 'esac' && branch !== undefined) cases.pop();
        else if (branch?.naming) branch.patterns.push(next);
        else if (next === 'in' && words[0] === 'case') {
          cases.push({ word: words[1] ?? '', patterns: [], earlier: [], naming: true });
          words = [];
        } else words.push(next);
      }
    }
    if (close !== undefined) unclosed('A bracket');
    end();
  }

  list();
  return { commands, assigned, positional };
}
