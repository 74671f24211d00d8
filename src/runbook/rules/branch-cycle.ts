import type { ActionSchema } from '../action-schema.ts';
import { isChooseSpec } from '../choose.ts';
import { includesOf } from '../expand-includes.ts';
import { leadsInto } from '../leads-into.ts';
import type { Diagnostic, Place } from '../model.ts';
import type { Document } from '../parse.ts';
import { reporter } from '../report.ts';

interface Edge {
  readonly to: string;
  readonly place: Place;
}

/** Circles between files, and choices that lead back. Told at the link that closes the circle. */
export function branchCycles(
  root: string,
  documents: ReadonlyMap<string, Document>,
  problems: Diagnostic[],
  schemas: readonly ActionSchema[],
): void {
  const report = (place: Place, message: string, expected: string) => {
    const document = documents.get(place.file)!;
    const lenient = document.runbook.format === 'markdown';
    reporter(document.source, lenient, problems)('branch-cycle', place.offset, place.endOffset, message, {
      expected,
    });
  };

  const done = new Set<string>();
  const path: string[] = [];
  const walk = (key: string): void => {
    path.push(key);
    for (const { to, place } of edgesOf(documents.get(key)!, schemas)) {
      const at = path.indexOf(to);
      if (at >= 0)
        report(
          place,
          `this closes a circle: ${[...path.slice(at), to].join(' -> ')}`,
          'a link that does not lead back',
        );
      else if (documents.has(to) && !done.has(to)) walk(to);
    }
    path.pop();
    done.add(key);
  };
  if (documents.has(root)) walk(root);

  for (const { runbook } of documents.values()) {
    for (const step of runbook.steps) {
      for (const branch of step.branches)
        if (branch.file === undefined && branch.step === step.id)
          report(branch.place, 'the step leads to itself', 'another step, or a file with the way out');
      for (const action of step.actions) {
        if (!('spec' in action) || !isChooseSpec(action.spec)) continue;
        for (const option of action.spec.options) {
          const to =
            option.file === undefined ? runbook.steps.find(({ id }) => id === option.step) : undefined;
          if (to && to.number <= step.number)
            report(
              linkPlace(documents.get(runbook.file)!, option.href, action.place),
              `"${option.label}" leads back to step ${to.number}`,
              'a step further down',
            );
        }
      }
    }
  }
}

function edgesOf(document: Document, schemas: readonly ActionSchema[]): Edge[] {
  const { runbook } = document;
  const named = [...includesOf(runbook), ...leadsInto(runbook, schemas)];
  const edges: Edge[] = named.map(({ file, action }) => ({ to: file, place: action.place }));
  for (const step of runbook.steps) {
    for (const { file, place } of step.branches) if (file !== undefined) edges.push({ to: file, place });
    for (const action of step.actions)
      if ('spec' in action && isChooseSpec(action.spec))
        for (const { file, href } of action.spec.options)
          if (file !== undefined) edges.push({ to: file, place: linkPlace(document, href, action.place) });
  }
  const seen = new Set<string>();
  return edges.filter(({ to }) => !seen.has(to) && seen.add(to));
}

function linkPlace(document: Document, href: string, heading: Place): Place {
  const link = document.links.find((one) => one.href === href && one.start >= heading.offset);
  return link ? document.source.place(link.start, link.end) : heading;
}
