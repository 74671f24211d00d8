import type { RootContent } from 'mdast';
import { type Block, codeBlock, type LinkRef } from './blocks.ts';
import type { SourceText } from './source-text.ts';

const inlineLink = /\[([^\][\r\n]{1,300})\]\(([^)\s]{1,500})\)/g;

/**
 * The blocks of a text line by line, in time that grows with its length only: headings with `#`, fences, list items
 * with a link, and everything else as plain paragraphs. For files that the full parser must not be given.
 */
export function scanMarkdown(source: SourceText, body: string): Block[] {
  const blocks: Block[] = [];
  let proseStart = -1;
  let proseEnd = 0;
  let items: { start: number; end: number; link?: LinkRef }[] = [];
  let links: LinkRef[] = [];
  let open: { mark: string; indent: number; start: number; lines: string[] } | undefined;

  const flush = () => {
    if (proseStart < 0) return;
    const value = body.slice(proseStart, proseEnd);
    const node: RootContent = { type: 'paragraph', children: [{ type: 'text', value }] };
    blocks.push({ type: 'prose', nodes: [node], start: proseStart, end: proseEnd, links, items });
    proseStart = -1;
    items = [];
    links = [];
  };

  for (const [index, start] of source.lineStarts.entries()) {
    const line = body.slice(start, source.lineStarts[index + 1] ?? body.length).replace(/[\r\n]+$/, '');
    const end = start + line.length;
    if (open) {
      const closing = line.trim();
      if (closing.length >= open.mark.length && closing === open.mark[0]!.repeat(closing.length)) {
        blocks.push(codeBlock(source, open.start, end, open.lines.join('\n')));
        open = undefined;
      } else {
        const lead = /^[ \t]*/.exec(line)![0].length;
        open.lines.push(line.slice(Math.min(lead, open.indent)));
      }
      continue;
    }
    const fence = /^([ \t]{0,64})(`{3,}(?=[^`]*$)|~{3,})/.exec(line);
    const heading = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/.exec(line.slice(0, 2_000));
    if (fence) {
      flush();
      open = { mark: fence[2]!, indent: fence[1]!.length, start: start + fence[1]!.length, lines: [] };
    } else if (heading) {
      flush();
      blocks.push({ type: 'heading', depth: heading[1]!.length, title: heading[2] ?? '', start, end });
    } else if (line.trim() === '') {
      if (items.length === 0) flush();
    } else {
      if (proseStart < 0) proseStart = start;
      proseEnd = end;
      const found = [...line.slice(0, 4_000).matchAll(inlineLink)].map((match) => ({
        title: match[1]!,
        href: match[2]!,
        start: start + match.index,
        end: start + match.index + match[0].length,
      }));
      links.push(...found);
      if (/^[ \t]*(?:[-+*]|\d{1,9}[.)])[ \t]/.test(line))
        items.push({ start, end, ...(found[0] ? { link: found[0] } : {}) });
    }
  }
  if (open) blocks.push(codeBlock(source, open.start, body.length, open.lines.join('\n')));
  flush();
  return blocks;
}
