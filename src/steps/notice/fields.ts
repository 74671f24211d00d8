/** How the `find` of a notice is written. What is read here is a probe, ready to be asked. */
import { z } from 'zod';
import type { Condition, Probe, Test } from '../../diagnosis/notices/model.ts';
import { type Path, readPath } from '../../diagnosis/notices/path.ts';
import { readPattern } from '../../diagnosis/notices/pattern.ts';
import { objectParts } from '../../diagnosis/snapshot.ts';
import { rangeForm, toRange } from '../../runbook/versions.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const scalars = z.array(scalar).min(1, 'It is empty.');

/** A text that something is made of, or why it cannot be. */
const madeOf = <T>(
  what: string,
  read: (
    text: string,
  ) => { readonly ok: true; readonly made: T } | { readonly ok: false; readonly why: string },
) =>
  z.string().transform((text, context): T => {
    const reading = read(text);
    if (reading.ok) return reading.made;
    context.addIssue({ code: 'custom', message: `The ${what} ${reading.why}.` });
    return z.NEVER;
  });

const path = madeOf<Path>('path', (text) => {
  const reading = readPath(text);
  return reading.ok ? { ok: true, made: reading.path } : reading;
});

const pattern = madeOf<string>('expression', (text) => {
  const reading = readPattern(text);
  return reading.ok ? { ok: true, made: text } : reading;
});

/** A range of versions, those of Linkerd by their names, too. */
export const range = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((text) => toRange(text) !== undefined, { message: `Not ${rangeForm}.` });

const tests = {
  is: scalar.optional(),
  isNot: scalar.optional(),
  in: scalars.optional(),
  notIn: scalars.optional(),
  matches: pattern.optional(),
  matchesNot: pattern.optional(),
  range: range.optional(),
};

interface Tests {
  readonly is?: string | undefined;
  readonly isNot?: string | undefined;
  readonly in?: readonly string[] | undefined;
  readonly notIn?: readonly string[] | undefined;
  readonly matches?: string | undefined;
  readonly matchesNot?: string | undefined;
  readonly range?: string | undefined;
  readonly exists?: boolean | undefined;
}

type Judged = { readonly test: Test; readonly not: boolean };

/** Every test that is written. */
function testsOf(written: Tests): readonly Judged[] {
  const found: Judged[] = [];
  const add = (test: Test, not: boolean) => found.push({ test, not });
  if (written.is !== undefined) add({ type: 'in', values: [written.is] }, false);
  if (written.isNot !== undefined) add({ type: 'in', values: [written.isNot] }, true);
  if (written.in !== undefined) add({ type: 'in', values: written.in }, false);
  if (written.notIn !== undefined) add({ type: 'in', values: written.notIn }, true);
  if (written.matches !== undefined) add({ type: 'matches', pattern: written.matches }, false);
  if (written.matchesNot !== undefined) add({ type: 'matches', pattern: written.matchesNot }, true);
  if (written.range !== undefined) add({ type: 'range', range: written.range }, false);
  if (written.exists !== undefined) add({ type: 'exists' }, !written.exists);
  return found;
}

const condition = z
  .strictObject({ path, ...tests, exists: z.boolean().optional() })
  .transform((written, context): Condition => {
    const [found, ...more] = testsOf(written);
    if (found !== undefined && more.length === 0) return { path: written.path, ...found };
    context.addIssue({
      code: 'custom',
      message: `A condition has one of ${[...Object.keys(tests), 'exists'].join(', ')}, and not two.`,
    });
    return z.NEVER;
  });

/** Parts that tell which of their objects have to do with pods that have a proxy. */
export const meshedParts = [
  'pods',
  'services',
  'deployments',
  'statefulSets',
  'daemonSets',
  'jobs',
  'cronJobs',
  'networkPolicies',
  'namespaces',
] as const;

const heads = ['objects', 'meshed', 'values', 'finding', 'kubernetes', 'extension'] as const;

/** One way to see it. Which keys go together depends on the first of them. */
export const probe = z
  .strictObject({
    objects: z.enum(objectParts).optional(),
    meshed: z.literal(true).optional(),
    namespace: z.string().min(1).optional(),
    names: z.array(z.string().min(1)).min(1).optional(),
    labels: z.record(z.string(), scalar).optional(),
    where: z.array(condition).min(1).optional(),
    missing: z.literal(true).optional(),
    show: path.optional(),
    values: z
      .array(
        z
          .string()
          .regex(
            /^[\w-]+(?:\.[\w/-]+)*(?:\.\*)?$/,
            'Not a key of values such as proxyInit.resources or global.*',
          ),
      )
      .min(1)
      .optional(),
    ...tests,
    finding: z.string().min(1).optional(),
    kubernetes: range.optional(),
    extension: z.string().min(1).optional(),
  })
  .transform((written, context): Probe => {
    const refuse = (message: string) => {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    const found = heads.filter((head) => written[head] !== undefined);
    const head = found[0];
    if (head === undefined) return refuse(`It begins with one of ${heads.join(', ')}.`);
    const others = found.slice(1).filter((other) => !(head === 'objects' && other === 'meshed'));
    if (others.length > 0) return refuse(`${head} and ${others[0]} are two ways to see it: two items.`);
    const allowed: readonly string[] = [head, ...(besides[head] ?? [])];
    const strange = Object.keys(written).find(
      (key) => written[key as keyof typeof written] !== undefined && !allowed.includes(key),
    );
    if (strange !== undefined) return refuse(`${strange} says nothing about ${head}.`);
    switch (head) {
      case 'objects':
      case 'meshed': {
        const part = written.objects ?? 'pods';
        if (written.meshed && !(meshedParts as readonly string[]).includes(part)) {
          return refuse(`meshed is for ${meshedParts.join(', ')}.`);
        }
        if (written.missing && written.names === undefined) {
          return refuse('What is missing has to be named by names.');
        }
        return {
          type: 'objects',
          part,
          namespace: written.namespace,
          names: written.names,
          labels: written.labels ?? {},
          meshed: written.meshed === true,
          where: written.where ?? [],
          missing: written.missing === true,
          show: written.show,
        };
      }
      case 'values': {
        const judged = testsOf(written);
        return {
          type: 'values',
          keys: written.values!,
          tests: judged,
          where: written.where ?? [],
        };
      }
      case 'finding':
        return { type: 'finding', code: written.finding! };
      case 'kubernetes':
        return { type: 'kubernetes', range: written.kubernetes! };
      case 'extension':
        return { type: 'extension', name: written.extension! };
    }
  });

const filters = ['namespace', 'names', 'labels', 'where', 'missing', 'show'];
const besides: Readonly<Record<(typeof heads)[number], readonly string[]>> = {
  objects: ['meshed', ...filters],
  meshed: filters,
  values: ['where', ...Object.keys(tests)],
  finding: [],
  kubernetes: [],
  extension: [],
};
