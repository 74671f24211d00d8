import type { Block, CodeBlock, HeadingBlock, ProseBlock } from './blocks.ts';
import { slugger } from './slug.ts';

/** A heading with what stands below it, up to the next heading of any depth. */
export interface Section {
  /** Undefined for what stands before the first heading. */
  readonly heading: HeadingBlock | undefined;
  readonly title: string;
  readonly depth: number;
  readonly anchor: string;
  readonly parent: Section | undefined;
  readonly blocks: readonly (CodeBlock | ProseBlock)[];
  readonly part: 'plain' | 'fails' | 'choose';
}

/** Cuts a document into sections. The first is the one before any heading, and everything is beneath it. */
export function sectionsOf(blocks: readonly Block[], ours: boolean): Section[] {
  const slug = slugger();
  const root = { ...empty, blocks: [] as (CodeBlock | ProseBlock)[] };
  const sections: (Section & { blocks: (CodeBlock | ProseBlock)[] })[] = [root];
  for (const block of blocks) {
    const current = sections.at(-1)!;
    if (block.type !== 'heading') {
      current.blocks.push(block);
      continue;
    }
    let parent: Section = current;
    while (parent.parent && parent.depth >= block.depth) parent = parent.parent;
    const title = block.title.replace(/\{#[\w-]+\}$/, '').trimEnd() || 'Untitled';
    const fails = /^if it fails\b[.:]?$/i.test(title);
    sections.push({
      heading: block,
      title,
      depth: block.depth,
      anchor: slug(title),
      parent,
      blocks: [],
      part: fails ? 'fails' : ours && /^choose\s/i.test(title) ? 'choose' : 'plain',
    });
  }
  return sections;
}

const empty: Section = {
  heading: undefined,
  title: '',
  depth: 0,
  anchor: '',
  parent: undefined,
  blocks: [],
  part: 'plain',
};

/** The first heading, where it names the document: it is not repeated as a section of every step. */
export function titleSection(sections: readonly Section[]): Section | undefined {
  const first = sections[1];
  const alone = first && sections.every((section, index) => index < 2 || section.depth > first.depth);
  return alone ? first : undefined;
}

/** The sections around one, innermost first, itself left out. */
export function around(section: Section): Section[] {
  const found: Section[] = [];
  for (let at = section.parent; at; at = at.parent) found.push(at);
  return found;
}
