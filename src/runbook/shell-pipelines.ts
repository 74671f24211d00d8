/** One command of a pipeline: its words, with quotes taken off, and where it stands. */
export interface PipelinePart {
  readonly words: readonly string[];
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The pipelines of a script, quotes and comments minded; what is in brackets is split as well. */
export function pipelines(script: string): PipelinePart[][] {
  const found: PipelinePart[][] = [];
  let current: PipelinePart[] = [];
  let start = 0;
  let at = 0;
  let wordStart = true;
  const cut = (end: number, pipelineEnds: boolean) => {
    const text = script.slice(start, end);
    const lead = /^\s*/.exec(text)![0].length;
    if (text.trim() !== '')
      current.push({
        words: words(text),
        text: text.trim(),
        start: start + lead,
        end: start + text.trimEnd().length,
      });
    if (pipelineEnds && current.length > 0) {
      found.push(current);
      current = [];
    }
  };
  while (at < script.length) {
    const character = script[at]!;
    if (character === '\\') at += 2;
    else if (character === "'" || character === '"') {
      at = closeOf(script, at, character) + 1;
      wordStart = false;
      continue;
    } else if (character === '#' && wordStart) {
      cut(at, true);
      const end = script.indexOf('\n', at);
      at = start = end < 0 ? script.length : end;
    } else if (character === '|' && script[at + 1] !== '|') {
      cut(at, false);
      at += script[at + 1] === '&' ? 2 : 1;
      start = at;
      // A line that ends with a pipe goes on in the next.
      at += /^\s*/.exec(script.slice(at))![0].length;
      continue;
    } else if (
      character === '\n' ||
      character === ';' ||
      character === '|' ||
      (character === '&' && script[at - 1] !== '>')
    ) {
      cut(at, true);
      at += character === '|' ? 2 : 1;
      start = at;
    } else at += 1;
    wordStart = /\s/.test(script[at - 1] ?? ' ');
  }
  cut(script.length, true);
  return found;
}

/** The words of a command, by hand: a pattern with alternatives in a loop exhausts the stack on a line of megabytes. */
function words(text: string): string[] {
  const found: string[] = [];
  let start = -1;
  let at = 0;
  const take = () => {
    if (start >= 0) found.push(unquoted(text.slice(start, at)));
    start = -1;
  };
  while (at < text.length) {
    const character = text[at]!;
    if (blank.test(character)) {
      take();
      at += 1;
      continue;
    }
    if (start < 0) start = at;
    if (character === '\\') at += 2;
    else if (character === "'" || character === '"') at = closeOf(text, at, character) + 1;
    else at += 1;
  }
  take();
  return found;
}

const blank = /\s/;

/** Where the quote that opens at `open` is closed; the end of the text where nothing closes it. */
function closeOf(text: string, open: number, quote: string): number {
  let at = open + 1;
  while (at < text.length && text[at] !== quote) at += text[at] === '\\' && quote === '"' ? 2 : 1;
  return at;
}

const unquoted = (word: string) =>
  word.length > 1 && (word[0] === '"' || word[0] === "'") && word.endsWith(word[0])
    ? word.slice(1, -1)
    : word;
