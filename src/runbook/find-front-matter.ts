/** What stands before the Markdown: where it is and which language it is. Offsets are into the file. */
export interface FrontMatterText {
  readonly language: 'yaml' | 'toml' | 'json';
  readonly text: string;
  readonly textStart: number;
  readonly end: number;
  readonly closed: boolean;
}

/** Finds front matter between `---`, `+++` or, as Hugo has it, in a JSON object at the very top. */
export function findFrontMatter(text: string): FrontMatterText | undefined {
  const opening = /^\ufeff?(---|\+\+\+)[ \t]*(?:\r\n|\n|\r)/.exec(text);
  if (opening) {
    const textStart = opening[0].length;
    const language = opening[1] === '---' ? 'yaml' : 'toml';
    const line = opening[1] === '---' ? /^(?:---|\.\.\.)[ \t]*$/gm : /^\+\+\+[ \t]*$/gm;
    line.lastIndex = textStart;
    const closing = line.exec(text);
    if (closing)
      return {
        language,
        text: text.slice(textStart, closing.index),
        textStart,
        end: closing.index + closing[0].length,
        closed: true,
      };
    // A thematic break is no front matter; one that was to be ours is told by its keys.
    const rest = text.slice(textStart);
    if (language === 'yaml' && /^runbook[ \t]*:/.test(rest)) {
      const upTo = /^(?:[^\r\n]*\S[^\r\n]*(?:\r\n|\n|\r|$))*/.exec(rest.slice(0, 100_000))![0].length;
      return { language, text: rest.slice(0, upTo), textStart, end: textStart + upTo, closed: false };
    }
    return undefined;
  }
  const json = /^\ufeff?\{[\s\S]{0,20000}?^\}[ \t]*$/m.exec(text.slice(0, 20_100));
  return json?.index === 0
    ? { language: 'json', text: json[0], textStart: 0, end: json[0].length, closed: true }
    : undefined;
}
