import { posix } from 'node:path';
import type { ActionSchema } from './action-schema.ts';
import type { Block, LinkRef } from './blocks.ts';
import { buildSteps } from './build-steps.ts';
import { walksAnother } from './drill.ts';
import type { Entry, Script } from './entry.ts';
import { isOurs, readFrontMatter } from './front-matter.ts';
import type { Diagnostic, Runbook } from './model.ts';
import { isText, readBlocks } from './read-blocks.ts';
import { readFence } from './read-fence.ts';
import { hasForeignInfo, readForeignFence } from './read-foreign-fence.ts';
import { type Report, reporter } from './report.ts';
import { duplicateSteps } from './rules/duplicate-step.ts';
import { hiddenBlocks } from './rules/hidden-block.ts';
import { hiddenCharactersIn } from './rules/hidden-characters.ts';
import { missingTexts } from './rules/missing-text.ts';
import { missingVerifies } from './rules/missing-verify.ts';
import { pipesToShell } from './rules/pipe-to-shell.ts';
import { unclosedFences } from './rules/unclosed-fence.ts';
import { undefinedVariables } from './rules/undefined-variable.ts';
import { unreachableSteps } from './rules/unreachable-step.ts';
import { unusedParameters } from './rules/unused-parameter.ts';
import { sectionsOf, titleSection } from './sections.ts';
import { type SourceText, sourceText } from './source-text.ts';

/** One file, read, with what a bundle needs to follow its links. */
export interface Document {
  readonly source: SourceText;
  readonly runbook: Runbook;
  readonly diagnostics: readonly Diagnostic[];
  /** Every heading's anchor, with the ids of the steps at and beneath it. */
  readonly anchors: ReadonlyMap<string, readonly string[]>;
  readonly links: readonly LinkRef[];
}

/**
 * Reads one Markdown file. Never throws, whatever the text is; time is bounded by its length. Links to other files are
 * resolved but not followed, and an `include` is left as an action: `loadBundle` does both.
 */
export function parseRunbook(
  file: string,
  text: string,
  schemas: readonly ActionSchema[],
): { readonly runbook: Runbook; readonly diagnostics: readonly Diagnostic[] } {
  const { runbook, diagnostics } = readDocument(file, text, schemas);
  return { runbook, diagnostics };
}

/** As `parseRunbook`, with anchors and links. */
export function readDocument(file: string, text: string, schemas: readonly ActionSchema[]): Document {
  const ours = isOurs(text);
  const diagnostics: Diagnostic[] = [];
  const source = sourceText(file, text);
  const report = reporter(source, !ours, diagnostics);
  const front = readFrontMatter(source, ours, report);
  const readable = isText(source, report);
  const blocks = readable ? readBlocks(source, front.end, report) : [];

  const scripts: Script[] = [];
  const reading = {
    source,
    schemas,
    parameters: front.parameters,
    report,
    addScript: (script: Script) => scripts.push(script),
  };
  const entries = new Map<Block, Entry>();
  for (const block of blocks) {
    if (block.type !== 'code') continue;
    const entry = ours ? readFence(block, reading) : readForeignFence(block, source, report);
    entries.set(block, entry);
    if (entry.type === 'shell') scripts.push(shellScript(entry));
  }
  const sections = sectionsOf(blocks, ours);
  const title = front.title ?? titleSection(sections)?.title ?? sections[1]?.title ?? posix.basename(file);
  const { steps, summary, anchors } = buildSteps(sections, {
    source,
    ours,
    pitfall: Array.isArray(front.data.findings) && front.data.findings.length > 0,
    title,
    entryOf: (block) => entries.get(block),
    report,
  });

  const runbook: Runbook = {
    file,
    format: front.format,
    title,
    summary:
      front.description === undefined
        ? summary
        : [
            {
              type: 'prose',
              nodes: [{ type: 'paragraph', children: [{ type: 'text', value: front.description }] }],
              source: front.description,
            },
            ...summary,
          ],
    parameters: front.parameters,
    environment: front.environment,
    requires: front.requires,
    permissions: front.permissions,
    risks: front.risks,
    needsCluster: front.needsCluster,
    ...(front.estimateMs === undefined ? {} : { estimateMs: front.estimateMs }),
    steps,
    frontMatter: front.data,
  };

  unclosedFences(blocks, report);
  hiddenBlocks(source, blocks, report);
  for (const script of scripts) {
    pipesToShell(script, report);
    hiddenCharactersIn(script, report);
  }
  if (ours) checkOurs(runbook, [...entries.values()], scripts, report);
  else foreignInfo(blocks, report);
  // A block that failed is the mistake to mend; that there is no step follows from it.
  const failed = diagnostics.some(({ rule }) => rule === 'bad-action' || rule === 'unknown-action');
  if (steps.length === 0 && readable && !failed && !walksAnother(runbook)) {
    const { start, end } = sections[1]?.heading ?? { start: 0, end: 0 };
    report('empty-runbook', start, end, 'there is no step in this file', {
      expected: ours
        ? 'a heading with a block such as "sh look" under it'
        : 'a fenced block of bash, sh, zsh or console',
    });
  }

  const written = blocks.flatMap((block) => (block.type === 'prose' ? block.links : []));
  const links = [...front.links, ...written];
  return { source, runbook, diagnostics: inOrder(diagnostics), anchors, links };
}

/** Diagnostics in the order of the file. */
export function inOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.toSorted(
    (a, b) => a.place.offset - b.place.offset || a.place.endOffset - b.place.endOffset,
  );
}

function checkOurs(
  runbook: Runbook,
  entries: readonly Entry[],
  scripts: readonly Script[],
  report: Report,
): void {
  const { steps, parameters } = runbook;
  const captured = entries.flatMap((entry) =>
    entry.type === 'shell' && entry.block.capture ? [entry.block.capture] : [],
  );
  const defined = new Set([...parameters.map(({ name }) => name), ...runbook.environment, ...captured]);
  for (const script of scripts) undefinedVariables(script, defined, report);
  duplicateSteps(steps, report);
  missingVerifies(steps, report);
  missingTexts(runbook, report);
  unreachableSteps(steps, parameters, report);
  // Included files and branches may read what is asked for here.
  const alone =
    entries.every((entry) => entry.type !== 'kind' || entry.schema.name !== 'include') &&
    steps.every((step) => step.branches.every(({ file }) => file === undefined));
  const mentions = entries.map((entry) => (entry.type === 'code' ? '' : entry.at.value)).join('\n');
  if (alone && steps.length > 0) unusedParameters(parameters, mentions, report);
}

function shellScript({ block, at }: Extract<Entry, { type: 'shell' }>): Script {
  const shift = block.script === at.value ? 0 : undefined;
  return {
    text: block.script,
    spanOf: (start, end) => {
      if (shift === 0) return [at.offsetOf(start), at.offsetOf(end)];
      // Without its prompts the text has moved: it is looked for in the block.
      const wanted = block.script.slice(start, end).split('\n')[0]!;
      const found = Math.max(0, at.value.indexOf(wanted, start));
      return [at.offsetOf(found), at.offsetOf(found + wanted.length)];
    },
  };
}

function foreignInfo(blocks: readonly Block[], report: Report): void {
  const found = blocks.filter((block) => block.type === 'code').filter(hasForeignInfo);
  const fence = found[0]?.fence;
  if (fence)
    report(
      'ignored-info',
      fence.infoStart,
      fence.infoStart + fence.info.length,
      found.length === 1
        ? 'what stands after the language is ignored'
        : `what stands after the language is ignored, here and in ${found.length - 1} more`,
      { expected: 'runbook: 1 in the front matter, for a file that is held to the format of Handrail' },
    );
}
