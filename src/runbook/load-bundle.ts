import { createHash } from 'node:crypto';
import type { ActionSchema } from './action-schema.ts';
import { isChooseSpec } from './choose.ts';
import { expandIncludes, includesOf } from './expand-includes.ts';
import { leadsInto } from './leads-into.ts';
import { isMarkdown } from './links.ts';
import type { Branch, Diagnostic, Runbook, RunbookBundle } from './model.ts';
import { type Document, inOrder, readDocument } from './parse.ts';
import { reporter } from './report.ts';
import { branchCycles } from './rules/branch-cycle.ts';
import { brokenLinks } from './rules/broken-link.ts';

/**
 * Reads a runbook and everything it leads to by includes, branches and choices. `root` and the keys given to `read` are
 * paths with `/` below one folder of the caller's choice; a key may begin with `../`. `read` gives undefined where there
 * is no such file. Never throws for what a file says, only for what `read` throws.
 *
 * `also` names further files that are to be at hand, such as the pitfalls of a diagnosis, from what the runbook itself says and
 * all that it leads to. Nothing is told about mistakes in those that the runbook does not lead to.
 */
export async function loadBundle(
  root: string,
  read: (key: string) => Promise<string | undefined>,
  schemas: readonly ActionSchema[],
  also: (root: Runbook, all: readonly Runbook[]) => readonly string[] = () => [],
): Promise<RunbookBundle> {
  const documents = new Map<string, Document>();
  const missing = new Set<string>();
  const follow = async (from: readonly string[]) => {
    const waiting = [...from];
    for (let key = waiting.shift(); key !== undefined; key = waiting.shift()) {
      if (documents.has(key) || missing.has(key)) continue;
      const text = await read(key);
      if (text === undefined) {
        missing.add(key);
        continue;
      }
      const document = readDocument(key, text, schemas);
      documents.set(key, document);
      for (const file of leadsTo(document.runbook, schemas)) if (isMarkdown(file)) waiting.push(file);
    }
  };
  await follow([root]);
  const own = new Map(documents);
  const first = documents.get(root);
  if (first) {
    await follow(
      also(
        first.runbook,
        [...own.values()].map(({ runbook }) => runbook),
      ),
    );
  }

  const problems: Diagnostic[] = [];
  for (const document of own.values()) {
    const report = reporter(document.source, document.runbook.format === 'markdown', problems);
    await brokenLinks(document, documents, missing, read, report, schemas);
  }
  branchCycles(root, documents, problems, schemas);
  const runbooks: Record<string, Runbook> = {};
  for (const key of documents.keys())
    runbooks[key] = settle(expandIncludes(key, documents, problems), documents);
  if (!documents.has(root)) {
    runbooks[root] = readDocument(root, '', schemas).runbook;
    problems.push(...unreadable(root));
  }

  const told = [...own].flatMap(([key, document]) =>
    inOrder([...document.diagnostics, ...problems.filter(({ place }) => place.file === key)]),
  );
  const sources = Object.fromEntries([...documents].map(([key, { source }]) => [key, source.text]));
  return {
    root,
    sources,
    runbooks,
    diagnostics: [...told, ...problems.filter(({ place }) => !documents.has(place.file))],
    hash: hashOf(sources),
  };
}

/** SHA-256 over keys and texts, hex. */
function hashOf(sources: Readonly<Record<string, string>>): string {
  const hash = createHash('sha256');
  for (const key of Object.keys(sources).sort()) hash.update(JSON.stringify([key, sources[key]]));
  return hash.digest('hex');
}

/** The files that a runbook leads to. */
function leadsTo(runbook: Runbook, schemas: readonly ActionSchema[]): string[] {
  const files = runbook.steps.flatMap((step) => [
    ...step.branches.map(({ file }) => file),
    ...step.actions.flatMap((action) =>
      'spec' in action && isChooseSpec(action.spec) ? action.spec.options.map(({ file }) => file) : [],
    ),
  ]);
  const named = [...includesOf(runbook), ...leadsInto(runbook, schemas)].map(({ file }) => file);
  const all = new Set([...files, ...named]);
  return [...all].filter((file) => file !== undefined);
}

/** Branches and options into other files name a heading; here it becomes the step to begin with. */
function settle(runbook: Runbook, documents: ReadonlyMap<string, Document>): Runbook {
  const settled = <T extends Pick<Branch, 'file' | 'step'>>(link: T): T => {
    if (link.file === undefined || link.step === undefined) return link;
    const step = documents.get(link.file)?.anchors.get(link.step)?.[0];
    return step === undefined ? link : { ...link, step };
  };
  return {
    ...runbook,
    steps: runbook.steps.map((step) => ({
      ...step,
      branches: step.branches.map(settled),
      actions: step.actions.map((action) =>
        'spec' in action && isChooseSpec(action.spec)
          ? { ...action, spec: { ...action.spec, options: action.spec.options.map(settled) } }
          : action,
      ),
    })),
  };
}

function unreadable(root: string): Diagnostic[] {
  const place = { file: root, line: 1, column: 1, offset: 0, endLine: 1, endColumn: 1, endOffset: 0 };
  return [{ rule: 'broken-link', severity: 'error', message: 'the file cannot be read', place }];
}
