import type { Diagnostic, RunbookBundle } from '../../runbook/model.ts';

export interface Excerpt {
  /** `upgrade.md:12:4`. */
  readonly where: string;
  /** The line of the file, and the line with carets under what is meant; absent where the text is not at hand. */
  readonly source: string | undefined;
  readonly carets: string | undefined;
}

/** The line a diagnostic is about, with what it means marked below it. */
export function excerpt(bundle: RunbookBundle, { place }: Diagnostic): Excerpt {
  const where = `${place.file}:${place.line}:${place.column}`;
  const source = bundle.sources[place.file]
    ?.split('\n')
    [place.line - 1]?.replace(/\r$/, '')
    .replace(/\t/g, ' ');
  if (source === undefined) return { where, source, carets: undefined };
  const end = place.endLine === place.line ? place.endColumn : source.length + 1;
  const count = Math.max(1, Math.min(end, source.length + 1) - place.column);
  return { where, source, carets: `${' '.repeat(place.column - 1)}${'^'.repeat(count)}` };
}
