import type { LinkRef } from './blocks.ts';
import { parseDuration } from './durations.ts';
import { type FrontMatterText, findFrontMatter } from './find-front-matter.ts';
import { frontMatterSchema, type Parameter, parameterSchema } from './front-matter-schema.ts';
import type { ParameterSpec, PermissionRequirement, Place, Requirement } from './model.ts';
import type { Report } from './report.ts';
import { parameterProblem } from './rules/bad-parameter.ts';
import type { SourceText } from './source-text.ts';
import { rangeForm, toRange } from './versions.ts';
import { type Path, readYaml, type YamlSource } from './yaml-source.ts';
import { valueProblems } from './zod-problems.ts';

/** What the front matter says, with defaults for what it does not. */
interface FrontMatter {
  readonly format: 'handrail' | 'markdown';
  readonly title?: string;
  readonly description?: string;
  readonly parameters: readonly ParameterSpec[];
  readonly environment: readonly string[];
  readonly requires: readonly Requirement[];
  readonly permissions: readonly PermissionRequirement[];
  readonly risks: readonly string[];
  readonly needsCluster: boolean;
  readonly estimateMs?: number;
  /** The files that a drill names. */
  readonly links: readonly LinkRef[];
  readonly data: Readonly<Record<string, unknown>>;
  /** Where the Markdown begins. */
  readonly end: number;
}

const nothing = {
  parameters: [],
  environment: [],
  requires: [],
  permissions: [],
  risks: [],
  needsCluster: false,
  links: [],
  data: {},
} as const;

/** Whether the text is held to the format: decided by one line, so that other mistakes cannot loosen it. */
export function isOurs(text: string): boolean {
  const found = findFrontMatter(text);
  return (
    found?.language === 'yaml' &&
    (/^["']?runbook["']?[ \t]*:/m.test(found.text) || misspeltVersion.test(found.text))
  );
}

/**
 * Reads what stands before the Markdown; of files that are not `ours` only what any tool writes there, such as the title.
 * Never throws.
 */
/** `Runbook: 1` can mean nothing else; opened as anybody's Markdown, all its gates would be lost. */
const misspeltVersion = /^["']?(runbook)["']?[ \t]*:[ \t]*["']?v?\d+(?:\.\d+)?["']?[ \t]*(?:#.*)?$/im;

export function readFrontMatter(source: SourceText, ours: boolean, report: Report): FrontMatter {
  const found = findFrontMatter(source.text);
  if (!found) return { ...nothing, format: 'markdown', end: 0 };
  return ours ? readOurs(source, found, report) : readForeign(found);
}

function readForeign(found: FrontMatterText): FrontMatter {
  const base = { ...nothing, format: 'markdown', end: found.end } as const;
  if (found.language === 'toml') {
    const title = /^[ \t]*title[ \t]*=[ \t]*(["'])(.*)\1[ \t]*$/m.exec(found.text)?.[2];
    return title ? { ...base, title } : base;
  }
  // JSON is YAML.
  const { value } = readYaml(found.text, { numbersAsText: true });
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return base;
  const data = value as Record<string, unknown>;
  return { ...base, data, ...(typeof data.title === 'string' && data.title ? { title: data.title } : {}) };
}

function readOurs(source: SourceText, found: FrontMatterText, report: Report): FrontMatter {
  const base = { ...nothing, needsCluster: true, format: 'handrail', end: found.end } as const;
  const at = found.textStart;
  if (!found.closed)
    report('bad-front-matter', 0, 3, 'the front matter is not closed', {
      expected: 'a line with --- after it',
    });
  const yaml = readYaml(found.text, { numbersAsText: true });
  for (const problem of yaml.problems)
    report('bad-front-matter', at + problem.start, at + problem.end, problem.message);
  if (typeof yaml.value !== 'object' || yaml.value === null) return base;
  const given = { ...(yaml.value as Record<string, unknown>) };
  const line = misspeltVersion.exec(found.text);
  if (line && !/^runbook[ \t]*:[ \t]*1[ \t]*(?:#.*)?$/.test(line[0])) {
    const start = at + line.index;
    report(
      'bad-front-matter',
      start,
      start + line[0].length,
      'this looks like a runbook of Handrail, and the version of its format is not written as it must be',
      { expected: 'runbook: 1', suggestion: 'runbook: 1' },
    );
    for (const key of Object.keys(given)) if (key.toLowerCase() === 'runbook') delete given[key];
    given.runbook = 1;
  }
  if (given.runbook === '1') given.runbook = 1;
  const parsed = frontMatterSchema.safeParse(given);
  if (!parsed.success) {
    for (const problem of valueProblems(frontMatterSchema, given, parsed.error)) {
      const [start, end] = problem.atKey ? yaml.keyAt(problem.path) : yaml.valueAt(problem.path);
      report('bad-front-matter', at + start, at + end, problem.message, problem);
    }
  }
  return interpret(source, at, given, yaml, base, report);
}

/** Reads on after mistakes: each part that is sound by itself counts, so that one mistake does not bring ten others. */
function interpret(
  source: SourceText,
  at: number,
  given: Record<string, unknown>,
  yaml: YamlSource,
  base: Omit<FrontMatter, 'title'>,
  report: Report,
): FrontMatter {
  const shape = frontMatterSchema.shape;
  const sound = <Key extends keyof typeof shape>(key: Key) => {
    const parsed = shape[key].safeParse(given[key]);
    return parsed.success ? (parsed.data as ReturnType<(typeof shape)[Key]['parse']>) : undefined;
  };
  const place = (path: Path, part: 'key' | 'value' = 'value'): Place => {
    const [start, end] = part === 'key' ? yaml.keyAt(path) : yaml.valueAt(path);
    return source.place(at + start, at + end);
  };
  const reportAt =
    (path: Path, part: 'key' | 'value' = 'value') =>
    (rule: Parameters<Report>[0], message: string, expected?: string) => {
      const { offset, endOffset } = place(path, part);
      report(rule, offset, endOffset, message, { expected });
    };

  const parameters = Object.entries(mapping(given.parameters)).map(([name, written]) => {
    // Each is read by itself, and where it has a mistake, each of its keys.
    const long = typeof written === 'string' ? { type: written } : mapping(written);
    const whole = parameterSchema.safeParse(long);
    const spec = whole.success ? whole.data : soundKeys(long);
    const { type, ...rest } = spec;
    const stated = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
    const parameter: ParameterSpec = { name, type, ...stated, place: place(['parameters', name], 'key') };
    const problem = parameterProblem(parameter);
    if (problem)
      reportAt(['parameters', name, ...(problem.key ? [problem.key] : [])], problem.key ? 'value' : 'key')(
        problem.rule,
        problem.message,
        problem.expected,
      );
    return parameter;
  });

  const { cluster, ...tools } = sound('requires') ?? {};
  const requires = Object.entries(tools).map(([tool, range]) => {
    if (toRange(String(range)) === undefined)
      reportAt(['requires', tool])('bad-range', `"${range}" is no version range`, rangeForm);
    return { tool, range: String(range), place: place(['requires', tool], 'key') };
  });
  const estimate = sound('estimate');
  const estimateMs = estimate === undefined ? undefined : parseDuration(estimate);
  if (estimate !== undefined && estimateMs === undefined)
    reportAt(['estimate'])(
      'bad-front-matter',
      `"${estimate}" is no duration`,
      'a duration such as 90s, 10m or 1h30m',
    );
  const title = sound('title');
  const description = sound('description');

  return {
    ...base,
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    parameters,
    environment: sound('environment') ?? [],
    requires,
    permissions: (sound('permissions') ?? []).map(({ verb, resource, namespace }, index) => ({
      verb,
      resource,
      ...(namespace === undefined ? {} : { namespace }),
      place: place(['permissions', index]),
    })),
    risks: sound('risks') ?? [],
    needsCluster: cluster !== false,
    ...(estimateMs === undefined ? {} : { estimateMs }),
    links: (['pitfall', 'runbook'] as const).flatMap((key) => {
      const href = mapping(given.drill)[key];
      if (typeof href !== 'string') return [];
      const { offset, endOffset } = place(['drill', key]);
      return [{ title: key, href, start: offset, end: endOffset }];
    }),
    data: given,
  };
}

const mapping = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};

/** What is sound of a parameter with a mistake in it, so that the mistake hides no other. A type that is wrong counts for any that fits the rest. */
function soundKeys(written: Record<string, unknown>): Parameter {
  const shape = parameterSchema.shape;
  const sound = Object.entries(shape).flatMap(([key, schema]) => {
    const parsed = schema.safeParse(written[key]);
    return parsed.success && parsed.data !== undefined ? [[key, parsed.data]] : [];
  });
  const fields = Object.fromEntries(sound) as Partial<Parameter>;
  const type = fields.type ?? (fields.choices ? 'choice' : fields.range === undefined ? 'string' : 'version');
  return { ...fields, type };
}
