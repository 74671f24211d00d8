import type { Code, Link, ListItem, Node, Nodes, Parent, Root, RootContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { gfmTable } from 'micromark-extension-gfm-table';
import { type Block, codeBlock, type LinkRef, type ProseBlock } from './blocks.ts';
import type { SourceText } from './source-text.ts';

/** CommonMark with tables. Throws where the parser does. */
export const parseMarkdown = (text: string): Root =>
  fromMarkdown(text, { extensions: [gfmTable()], mdastExtensions: [gfmTableFromMarkdown()] });

/** The blocks of a text by the full parser. `body` has the file's length, front matter blanked out. Throws where the parser does. */
export function readMarkdown(source: SourceText, body: string): Block[] {
  const root = parseMarkdown(body);
  const definitions = new Map<string, string>();
  visit(root, (node) => {
    if (node.type === 'definition') definitions.set(node.identifier, node.url);
  });
  const blocks: Block[] = [];
  for (const node of root.children) add(node, (inner) => inner);
  return blocks;

  /** Containers that hold code are opened: what is around the code keeps its marks. */
  function add(node: RootContent, wrap: (inner: RootContent) => RootContent): void {
    const [start, end] = span(node);
    if (node.type === 'heading' && wrap(node) === node) {
      blocks.push({ type: 'heading', depth: node.depth, title: textOf(node).trim(), start, end });
    } else if (node.type === 'code') {
      blocks.push(codeBlock(source, start, end, (node as Code).value));
    } else if (isContainer(node) && holdsCode(node)) {
      for (const [index, child] of node.children.entries()) {
        if (child.type === 'listItem') {
          for (const part of child.children)
            add(part, (inner) => wrap(listOf(node as Nodes, child, index, inner)));
        } else
          add(child as RootContent, (inner) =>
            wrap({ type: 'blockquote', children: [inner] } as RootContent),
          );
      }
    } else blocks.push(prose(wrap(node), node, start, end));
  }

  function prose(shown: RootContent, node: RootContent, start: number, end: number): ProseBlock {
    const links = linksOf(node);
    const items =
      node.type === 'list'
        ? node.children.map((item) => {
            const [itemStart, itemEnd] = span(item);
            const link = linksOf(item)[0];
            return { start: itemStart, end: itemEnd, ...(link ? { link } : {}) };
          })
        : [];
    return { type: 'prose', nodes: [shown], start, end, links, items };
  }

  function linksOf(node: Nodes): LinkRef[] {
    const found: LinkRef[] = [];
    visit(node, (inner) => {
      const href =
        inner.type === 'link'
          ? inner.url
          : inner.type === 'linkReference'
            ? definitions.get(inner.identifier)
            : undefined;
      if (href === undefined) return;
      const [start, end] = span(inner);
      found.push({ title: textOf(inner as Link).trim(), href, start, end });
    });
    return found;
  }
}

const isContainer = (node: Node): node is Parent => node.type === 'list' || node.type === 'blockquote';

function holdsCode(node: Nodes): boolean {
  let found = false;
  visit(node, (inner) => {
    if (inner.type === 'code') found = true;
  });
  return found;
}

function listOf(list: Nodes, item: ListItem, index: number, inner: RootContent): RootContent {
  const ordered = list.type === 'list' && list.ordered === true;
  const start = list.type === 'list' ? (list.start ?? 1) + index : 1;
  return {
    type: 'list',
    ordered,
    ...(ordered ? { start } : {}),
    spread: false,
    children: [{ type: 'listItem', spread: item.spread ?? false, children: [inner as never] }],
  };
}

/** Every node, without recursion: hostile files nest deeply. */
function visit(root: Nodes, see: (node: Nodes) => void): void {
  const open: Nodes[] = [root];
  for (let node = open.pop(); node; node = open.pop()) {
    see(node);
    if ('children' in node)
      for (let i = node.children.length - 1; i >= 0; i -= 1) open.push(node.children[i]!);
  }
}

function textOf(root: Nodes): string {
  let text = '';
  visit(root, (node) => {
    if (node.type === 'text' || node.type === 'inlineCode') text += node.value;
    else if (node.type === 'image') text += node.alt ?? '';
    else if (node.type === 'break') text += ' ';
  });
  return text;
}

const span = (node: Node): [number, number] => [
  node.position?.start.offset ?? 0,
  node.position?.end.offset ?? 0,
];
