import { z } from 'zod';
import { nearest, oneOf } from './suggest.ts';
import type { Path } from './yaml-source.ts';

/** One mistake found by a schema, told for whoever wrote the YAML. */
interface ValueProblem {
  readonly path: Path;
  /** The mistake is the key itself, not its value. */
  readonly atKey: boolean;
  readonly message: string;
  readonly expected?: string | undefined;
  readonly suggestion?: string | undefined;
}

type Issue = z.core.$ZodIssue;

/** The mistakes in `value`, which `schema` has refused with `error`. */
export function valueProblems(schema: z.ZodType, value: unknown, error: z.ZodError): ValueProblem[] {
  return error.issues.flatMap((issue) => explain(schema, value, issue, []));
}

function explain(schema: z.ZodType, value: unknown, issue: Issue, above: Path): ValueProblem[] {
  const path = [...above, ...issue.path];
  const found = path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
  const name = path.length > 0 ? `"${path.map(String).join('.')}"` : 'the block';
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = keysAt(schema, path);
      return issue.keys.map((key) => ({
        path: [...path, key],
        atKey: true,
        message: `there is no key "${key}"`,
        ...(known.length > 0 ? { expected: oneOf(known) } : {}),
        suggestion: nearest(key, known),
      }));
    }
    case 'invalid_type':
      if (found === undefined)
        return [{ path, atKey: true, message: `${name} is missing`, expected: kindOf(issue.expected) }];
      return [
        { path, atKey: false, message: `${name} is ${described(found)}`, expected: kindOf(issue.expected) },
      ];
    case 'invalid_value': {
      const values = issue.values.map(String);
      if (found === undefined)
        return [{ path, atKey: true, message: `${name} is missing`, expected: oneOf(values) }];
      return [
        {
          path,
          atKey: false,
          message: `${name} cannot be ${described(found)}`,
          expected: oneOf(values),
          suggestion: typeof found === 'string' ? nearest(found, values) : undefined,
        },
      ];
    }
    case 'invalid_key':
      return [{ path, atKey: true, message: `${name}: ${issue.issues[0]?.message ?? issue.message}` }];
    case 'invalid_union': {
      // The alternative that came furthest is the one that was meant.
      const alternatives = issue.errors.map((issues) =>
        issues.flatMap((inner) => explain(schema, value, inner, path)),
      );
      const reach = (problems: readonly ValueProblem[]) =>
        Math.max(0, ...problems.map((problem) => problem.path.length)) - problems.length / 100;
      const best = alternatives.toSorted((a, b) => reach(b) - reach(a))[0];
      if (!best || best.every((problem) => problem.path.length <= path.length))
        return [
          {
            path,
            atKey: found === undefined,
            message: found === undefined ? `${name} is missing` : `${name} cannot be ${described(found)}`,
            suggestion: alternatives.flat().find((problem) => problem.suggestion)?.suggestion,
            expected:
              oneOf(
                new Set(
                  (best ? alternatives.flat() : []).map((problem) => problem.expected ?? '').filter(Boolean),
                ),
              ) || undefined,
          },
        ];
      return best;
    }
    default:
      return [{ path, atKey: false, message: `${name}: ${issue.message}` }];
  }
}

const kindOf = (expected: string) =>
  ({
    string: 'text',
    record: 'a mapping',
    object: 'a mapping',
    array: 'a list',
    boolean: 'true or false',
    number: 'a number',
  })[expected] ?? expected;

function described(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** The keys that a schema knows at a path; none where it cannot be told. */
function keysAt(schema: z.ZodType, path: Path): string[] {
  let open: unknown[] = [schema];
  for (const segment of path) open = open.flatMap(unwrap).flatMap((one) => inside(one, segment));
  return [
    ...new Set(
      open.flatMap(unwrap).flatMap((one) => (one instanceof z.ZodObject ? Object.keys(one.shape) : [])),
    ),
  ];
}

function inside(schema: unknown, segment: PropertyKey): unknown[] {
  if (schema instanceof z.ZodObject) return [schema.shape[String(segment)]];
  if (schema instanceof z.ZodRecord) return [schema.valueType];
  if (schema instanceof z.ZodArray) return [schema.element];
  return [];
}

function unwrap(schema: unknown): unknown[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return unwrap(schema.unwrap());
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(unwrap);
  if (schema instanceof z.ZodPipe) return unwrap(schema.in);
  return [schema];
}
