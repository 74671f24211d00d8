/** The command that walks a pitfall with the values of what was found. */
import type { PlacedFinding } from '../../diagnosis/finding.ts';
import { shellQuote } from '../../shell/quote.ts';
import type { CataloguedPitfall } from './catalogue.ts';

interface Around {
  readonly clusterOptions: readonly string[];
  readonly values: Readonly<Record<string, string>>;
}

/** Nobody reads, or copies out of a ticket, a value that is longer: the command finds it again itself. */
const LONGEST_VALUE = 200;

/** Of a finding's values those of the parameters that the pitfall declares. */
export function declaredValues(
  { parameters }: Pick<CataloguedPitfall, 'parameters'>,
  { remedy }: Pick<PlacedFinding, 'remedy'>,
): Readonly<Record<string, string>> {
  const values = remedy.parameters ?? {};
  return Object.fromEntries(
    parameters.flatMap((key) => (Object.hasOwn(values, key) ? [[key, values[key] ?? '']] : [])),
  );
}

/** As words of a command line, not quoted yet. Only parameters that the pitfall declares are given a value. */
export function walkWords(
  pitfall: Pick<CataloguedPitfall, 'name' | 'parameters'>,
  finding: PlacedFinding,
  { clusterOptions, values }: Around,
): readonly string[] {
  const given: Readonly<Record<string, string>> = { ...values, ...declaredValues(pitfall, finding) };
  const settings = pitfall.parameters.flatMap((key) =>
    Object.hasOwn(given, key) ? ['--set', `${key}=${given[key]}`] : [],
  );
  return ['handrail', 'run', pitfall.name, ...clusterOptions, ...settings];
}

/** The same for people to copy: where a value is long, the command is to find out the values of the finding itself. */
export function walkLine(
  pitfall: Pick<CataloguedPitfall, 'name' | 'parameters'>,
  finding: PlacedFinding,
  around: Around,
): string {
  const own = declaredValues(pitfall, finding);
  if (Object.values(own).every((value) => value.length <= LONGEST_VALUE)) {
    return commandLine(walkWords(pitfall, finding, around));
  }
  const rest = pitfall.parameters.filter((key) => !Object.hasOwn(own, key));
  const bare = { ...finding, remedy: { ...finding.remedy, parameters: {} } };
  return `${commandLine(walkWords({ ...pitfall, parameters: rest }, bare, around))} --diagnosed`;
}

/** As one line for a shell. A setting stays readable: only its value is quoted, where it has to be. */
export const commandLine = (words: readonly string[]): string => words.map(word).join(' ');

function word(text: string): string {
  const [, key, value] = /^([A-Za-z_][A-Za-z0-9_]*=)(.*)$/s.exec(text) ?? [];
  return key === undefined || value === undefined ? shellQuote(text) : key + shellQuote(value);
}
