import type { RootContent } from 'mdast';
import type { LinkRef } from './blocks.ts';
import { isMarkdown, resolveHref } from './links.ts';
import type { Branch, StepContent } from './model.ts';
import type { Report } from './report.ts';
import type { Section } from './sections.ts';

/** Ways out of one step: more would be no help, and in a hostile file they would be multiplied by its steps. */
export const mostLinks = 100;

/** Prose that stands together is one part. */
export function joined(content: readonly StepContent[]): StepContent[] {
  const parts: StepContent[] = [];
  let nodes: RootContent[] = [];
  let sources: string[] = [];
  const flush = () => {
    if (sources.length > 0) parts.push({ type: 'prose', nodes, source: sources.join('\n\n') });
    nodes = [];
    sources = [];
  };
  for (const part of content) {
    if (part.type === 'prose') {
      for (const node of part.nodes) nodes.push(node);
      sources.push(part.source);
    } else {
      flush();
      parts.push(part);
    }
  }
  flush();
  return parts;
}

/** The links of the lists in a section; items without one are reported. */
export function linkList(section: Section, report: Report | undefined): LinkRef[] {
  const items = section.blocks.flatMap((block) => (block.type === 'prose' ? block.items : []));
  const heading = section.heading!;
  if (items.length === 0)
    report?.(
      'empty-branches',
      heading.start,
      heading.end,
      `there is no list of links under "${section.title}"`,
      {
        expected: '- [What to do](pitfalls/what-to-do.md)',
      },
    );
  if (items.length > mostLinks)
    report?.('too-complex', heading.start, heading.end, `only the first ${mostLinks} links are read`);
  return items.slice(0, mostLinks).flatMap((item) => {
    if (!item.link) {
      report?.('empty-branches', item.start, item.end, 'the item leads nowhere', {
        expected: '- [What to do](pitfalls/what-to-do.md)',
      });
      return [];
    }
    const target = resolveHref('', item.link.href);
    const walkable = target.type === 'file' && (target.file === undefined || isMarkdown(target.file));
    if (walkable) return [item.link];
    report?.('broken-link', item.link.start, item.link.end, `"${item.link.href}" cannot be walked`, {
      expected: 'a step of this file (#step) or a Markdown file beside it',
    });
    return [];
  });
}

/** A heading inside a step, as prose with its `#` marks. */
export function headingContent(section: Section): StepContent {
  const node: RootContent = {
    type: 'heading',
    depth: Math.min(6, Math.max(1, section.depth)) as 1,
    children: [{ type: 'text', value: section.title }],
  };
  return { type: 'prose', nodes: [node], source: `${'#'.repeat(section.depth)} ${section.title}` };
}

/** The branches without those that lead where an earlier one leads. */
export function distinct(branches: readonly Branch[]): Branch[] {
  const seen = new Set<string>();
  return branches.filter(({ file, step, href }) => {
    const key = `${file ?? ''}#${step ?? ''}${file === undefined && step === undefined ? href : ''}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** An id for commands before any heading that no heading has. */
export function idOf(title: string, sections: readonly Section[]): string {
  const base =
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-+|-+$/g, '') || 'start';
  const taken = new Set(sections.map((section) => section.anchor));
  let id = base;
  for (let count = 1; taken.has(id); count += 1) id = `${base}-${count}`;
  return id;
}
