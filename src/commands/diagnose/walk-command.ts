/** The command that walks a pitfall with the values of what was found. */
import type { PlacedFinding } from '../../diagnosis/finding.ts';
import { shellQuote } from '../../shell/quote.ts';
import type { CataloguedPitfall } from './catalogue.ts';

/** As words of a command line, not quoted yet. Only parameters that the pitfall declares are given a value. */
export function walkWords(
  { name, parameters }: Pick<CataloguedPitfall, 'name' | 'parameters'>,
  finding: PlacedFinding,
  around: { readonly clusterOptions: readonly string[]; readonly values: Readonly<Record<string, string>> },
): readonly string[] {
  const values: Readonly<Record<string, string>> = { ...around.values, ...finding.remedy.parameters };
  const settings = parameters.flatMap((key) =>
    Object.hasOwn(values, key) ? ['--set', `${key}=${values[key]}`] : [],
  );
  return ['handrail', 'run', name, ...around.clusterOptions, ...settings];
}

/** As one line for a shell. A setting stays readable: only its value is quoted, where it has to be. */
export const commandLine = (words: readonly string[]): string => words.map(word).join(' ');

function word(text: string): string {
  const [, key, value] = /^([A-Za-z_][A-Za-z0-9_]*=)(.*)$/s.exec(text) ?? [];
  return key === undefined || value === undefined ? shellQuote(text) : key + shellQuote(value);
}
