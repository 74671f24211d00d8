import type { ActionSchema } from './action-schema.ts';
import type { CodeBlock } from './blocks.ts';
import type { Entry } from './entry.ts';
import type { Condition } from './model.ts';
import type { Reading } from './reading.ts';
import { nearest, oneOf } from './suggest.ts';
import { rangeForm, toRange } from './versions.ts';
import { type Path, readYaml, type YamlSource } from './yaml-source.ts';
import { valueProblems } from './zod-problems.ts';

/** A block of a registered kind. One with mistakes in it is an illustration: a runbook with errors does not start. */
export function readKind(
  code: CodeBlock,
  schema: ActionSchema,
  estimateMs: number | undefined,
  reading: Reading,
): Entry {
  const { report, parameters, addScript } = reading;
  const yaml = readYaml(code.value);
  const span = (path: Path, key: boolean) => spanIn(code, yaml, path, key);
  const failed: Entry = { type: 'code', at: code, language: 'yaml' };
  if (reportYaml(code, yaml, reading)) return failed;
  const value = yaml.value ?? {};
  const parsed = schema.spec.safeParse(value);
  if (!parsed.success) {
    for (const problem of valueProblems(schema.spec, value, parsed.error))
      report(
        'bad-action',
        ...span(problem.path, problem.atKey),
        `${schema.name}: ${problem.message}`,
        problem,
      );
    return failed;
  }
  for (const problem of schema.check?.(parsed.data, { parameters }) ?? [])
    report('bad-action', ...span(problem.path, false), `${schema.name}: ${problem.message}`, problem);
  for (const { path, script } of schema.scripts?.(parsed.data) ?? []) {
    const [start, end] = span(path, false);
    addScript({ text: script, spanOf: finder(reading.source.text, script, start, end) });
  }
  return { type: 'kind', at: code, schema, spec: parsed.data, estimateMs };
}

/** The script's text is folded and unquoted; what it says is looked for where the YAML says it. */
function finder(
  text: string,
  script: string,
  start: number,
  end: number,
): (from: number, to: number) => readonly [number, number] {
  return (from, to) => {
    const wanted = script.slice(from, to).split('\n')[0]!;
    const before = script.slice(0, from).split(wanted).length - 1;
    let at = start - 1;
    for (let count = 0; count <= before; count += 1) {
      at = text.indexOf(wanted, at + 1);
      if (wanted === '' || at < 0 || at + wanted.length > end) return [start, end];
    }
    return [at, at + wanted.length];
  };
}

/** `yaml when`: parameter names to a value, a list of values, or semver ranges. */
export function readWhen(code: CodeBlock, reading: Reading): Condition[] {
  const { report, parameters, source } = reading;
  const yaml = readYaml(code.value, { numbersAsText: true });
  if (reportYaml(code, yaml, reading)) return [];
  const whole = [code.start, code.start + 1] as const;
  if (typeof yaml.value !== 'object' || yaml.value === null || Array.isArray(yaml.value)) {
    report(
      'bad-action',
      ...(yaml.value == null ? whole : spanIn(code, yaml, [], false)),
      'when: no conditions',
      {
        expected: 'names of parameters with a value, a list of values, or a version range',
      },
    );
    return [];
  }
  return Object.entries(yaml.value).flatMap(([parameter, given]) => {
    const accepts = (Array.isArray(given) ? given : [given]).map(plain);
    const at = spanIn(code, yaml, [parameter], false);
    if (accepts.length === 0 || accepts.includes(undefined)) {
      report('bad-action', ...at, `when: "${parameter}" is neither a value nor a list of values`);
      return [];
    }
    const spec = parameters.find((known) => known.name === parameter);
    if (!spec) {
      const names = parameters.map((known) => known.name);
      report(
        'undefined-variable',
        ...spanIn(code, yaml, [parameter], true),
        `there is no parameter "${parameter}"`,
        {
          ...(names.length > 0 ? { expected: oneOf(names) } : {}),
          suggestion: nearest(parameter, names),
        },
      );
      return [];
    }
    const versioned = spec.type === 'version' || spec.type === 'linkerd-version';
    for (const range of versioned ? (accepts as string[]) : [])
      if (range !== '' && toRange(range) === undefined)
        report('bad-range', ...at, `when: "${range}" is no version range`, { expected: rangeForm });
    return [{ parameter, accepts: accepts as string[], place: source.place(...at) }];
  });
}

const plain = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;

function reportYaml(code: CodeBlock, yaml: YamlSource, { report }: Reading): boolean {
  for (const problem of yaml.problems)
    report(
      'bad-action',
      code.offsetOf(problem.start),
      code.offsetOf(problem.end),
      `bad YAML: ${problem.message}`,
    );
  return yaml.problems.length > 0;
}

function spanIn(code: CodeBlock, yaml: YamlSource, path: Path, key: boolean): readonly [number, number] {
  if (code.value.trim() === '')
    return [
      code.fence?.infoStart ?? code.start,
      (code.fence?.infoStart ?? code.start) + (code.fence?.info.length ?? 1),
    ];
  const [start, end] = key ? yaml.keyAt(path) : yaml.valueAt(path);
  const from = code.offsetOf(start);
  // Block mappings run on to the next key; their first line is what there is to point at.
  const written = code.value.slice(start, end).split('\n')[0]!.trimEnd();
  return [from, from + Math.max(1, written.length)];
}
