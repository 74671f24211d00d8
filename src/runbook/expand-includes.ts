import { alternativesOf, type ChooseSpec, isChooseSpec } from './choose.ts';
import { resolveFile } from './links.ts';
import type { Action, Branch, Diagnostic, KindAction, Place, Runbook, Step, StepContent } from './model.ts';
import type { Document } from './parse.ts';
import { reporter } from './report.ts';

interface Include {
  /** The key in the bundle. */
  readonly file: string;
  /** Put before the ids of the steps that come in. */
  readonly prefix: string | undefined;
  readonly action: KindAction;
  readonly step: Step;
}

/** The includes of a runbook as it is written. */
export function includesOf(runbook: Runbook): Include[] {
  return runbook.steps.flatMap((step) =>
    step.actions.flatMap((action) => {
      if (action.kind !== 'include' || !('spec' in action)) return [];
      const spec = action.spec as { readonly file?: unknown; readonly prefix?: unknown };
      if (typeof spec.file !== 'string') return [];
      return [
        {
          file: resolveFile(action.place.file, spec.file),
          prefix: typeof spec.prefix === 'string' ? spec.prefix : undefined,
          action,
          step,
        },
      ];
    }),
  );
}

/**
 * The runbook with the steps of other files in the place of its includes. A step that includes gives way to what comes
 * in, which takes over its title as a section, its conditions and its branches. Circles are left out: a rule has them.
 */
export function expandIncludes(
  key: string,
  documents: ReadonlyMap<string, Document>,
  problems: Diagnostic[],
  open: readonly string[] = [],
): Runbook {
  const document = documents.get(key)!;
  const { runbook } = document;
  const includes = new Map(includesOf(runbook).map((include) => [include.step.id, include]));
  if (includes.size === 0) return runbook;
  const report = (
    place: Place,
    message: string,
    expected: string,
    rule: 'misplaced-block' | 'duplicate-step' | 'bad-parameter',
  ) => {
    // Told where the file is looked at by itself, not again by every file that includes it.
    if (open.length === 0)
      reporter(document.source, false, problems)(rule, place.offset, place.offset + 3, message, { expected });
  };

  let merged: Runbook = runbook;
  const ids = new Map<string, string[]>();
  const steps: Step[] = [];
  for (const step of runbook.steps) {
    const include = includes.get(step.id);
    if (!include) {
      steps.push(step);
      ids.set(step.id, [step.id]);
      continue;
    }
    if (step.actions.length > 1)
      report(
        include.action.place,
        'an include stands alone in its step',
        'a heading of its own for it',
        'misplaced-block',
      );
    if (!documents.has(include.file) || [...open, key].includes(include.file)) continue;
    const inner = expandIncludes(include.file, documents, problems, [...open, key]);
    const incoming = inner.steps.map((one) => adopt(one, step, include, inner));
    for (const spec of inner.parameters) {
      const same = merged.parameters.find(({ name }) => name === spec.name);
      if (same && same.type !== spec.type)
        report(
          include.action.place,
          `${spec.name} is a ${same.type} here and a ${spec.type} in ${include.file}`,
          'one type for both',
          'bad-parameter',
        );
    }
    merged = merge(merged, inner);
    for (const one of incoming) {
      if (steps.some(({ id }) => id === one.id))
        report(
          include.action.place,
          `"${one.id}" is the id of a step here and in ${include.file}`,
          'a prefix: with a word of its own',
          'duplicate-step',
        );
      else steps.push(one);
    }
    ids.set(
      step.id,
      incoming.map(({ id }) => id),
    );
  }
  const numbered = steps.map((step, index) => ({ ...relink(step, ids), number: index + 1 }));
  return { ...merged, steps: numbered };
}

/** A step of an included file as one of the file that includes it. */
function adopt(step: Step, into: Step, include: Include, inner: Runbook): Step {
  const prefixed = (id: string) => (include.prefix ? `${include.prefix}-${id}` : id);
  const own = new Map(inner.steps.map(({ id }) => [id, [prefixed(id)]]));
  const id = prefixed(step.id);
  const renamed = new Map(step.actions.map((action, index) => [action.id, `${id}/${index + 1}`]));
  return relink(
    {
      ...step,
      id,
      section: [...into.section, into.title, ...step.section],
      depth: Math.min(6, into.depth + step.depth),
      when: [...into.when, ...step.when],
      branches: step.branches,
      actions: step.actions.map((action) => ({ ...action, id: renamed.get(action.id)! })),
      content: step.content.map(
        (content): StepContent =>
          content.type === 'action' ? { ...content, action: renamed.get(content.action)! } : content,
      ),
    },
    own,
    into.branches,
  );
}

/** Follows links inside the file to steps that have other ids now. `more` branches are added as they are. */
function relink(step: Step, ids: ReadonlyMap<string, readonly string[]>, more: readonly Branch[] = []): Step {
  const moved = <T extends { readonly file?: string; readonly step?: string }>(link: T): T => {
    const to = link.file === undefined && link.step !== undefined ? ids.get(link.step)?.[0] : undefined;
    return to === undefined ? link : { ...link, step: to };
  };
  const actions = step.actions.map((action): Action => {
    if (alternativesOf(action).size === 0 || !('spec' in action) || !isChooseSpec(action.spec)) return action;
    const options = action.spec.options.map((option) => ({
      ...moved(option),
      ...(option.steps ? { steps: option.steps.flatMap((id) => ids.get(id) ?? [id]) } : {}),
    }));
    return { ...action, spec: { ...action.spec, options } satisfies ChooseSpec };
  });
  return { ...step, actions, branches: [...step.branches.map(moved), ...more] };
}

function merge(outer: Runbook, inner: Runbook): Runbook {
  const both = <T>(a: readonly T[], b: readonly T[], same: (x: T, y: T) => boolean): readonly T[] => [
    ...a,
    ...b.filter((y) => !a.some((x) => same(x, y))),
  ];
  return {
    ...outer,
    parameters: both(outer.parameters, inner.parameters, (a, b) => a.name === b.name),
    environment: both(outer.environment, inner.environment, (a, b) => a === b),
    requires: both(outer.requires, inner.requires, (a, b) => a.tool === b.tool && a.range === b.range),
    permissions: both(
      outer.permissions,
      inner.permissions,
      (a, b) => a.verb === b.verb && a.resource === b.resource && a.namespace === b.namespace,
    ),
    risks: both(outer.risks, inner.risks, (a, b) => a === b),
    needsCluster: outer.needsCluster || inner.needsCluster,
  };
}
