import type { Block } from '../blocks.ts';
import type { Report } from '../report.ts';
import type { SourceText } from '../source-text.ts';

const fenceInside = /^[ \t>]*(`{3,}|~{3,})[ \t]*[A-Za-z{]/gm;
const almostFence = /^[ \t]{0,3}(?:`{3,}[^\r\n]*`|``(?:bash|sh|zsh|shell|console|yaml)\b)[^\r\n]*/gm;

/** Blocks that something around them swallows: HTML without a blank line, a comment, an indentation, another fence. */
export function hiddenBlocks(source: SourceText, blocks: readonly Block[], report: Report): void {
  const complain = (start: number, length: number, message: string, expected: string) =>
    report('hidden-block', start, start + length, message, { expected });
  for (const block of blocks) {
    if (block.type === 'heading') continue;
    const raw = source.text.slice(block.start, block.end);
    if (block.type === 'code') {
      const mark = block.fence?.mark;
      for (const inner of block.value.matchAll(fenceInside)) {
        const inside = inner[1]!;
        const at = block.offsetOf(inner.index + inner[0].indexOf(inside));
        if (!mark)
          complain(
            at,
            inside.length,
            'the fence is indented by four or more, so it is only shown',
            'less indentation',
          );
        else if (inside[0] === mark[0] && inside.length >= mark.length)
          complain(
            at,
            inside.length,
            `the block that begins in line ${source.place(block.start).line} swallows this one`,
            `${mark} to close the block before`,
          );
      }
      continue;
    }
    const html = block.nodes.length === 1 && block.nodes[0]!.type === 'html';
    // What stands in a comment is left out on purpose, if the comment ends where it seems to.
    if (html && raw.startsWith('<!--')) {
      if (!raw.includes('-->'))
        complain(block.start, 4, 'the comment is not closed and hides the rest of the file', '-->');
      continue;
    }
    for (const inner of raw.matchAll(html ? fenceInside : almostFence)) {
      const lead = /^[ \t>]*/.exec(inner[0])![0].length;
      complain(
        block.start + inner.index + lead,
        inner[0].length - lead,
        html ? 'the fence is part of the HTML around it' : 'this is no fence, so the block would be prose',
        html ? 'a blank line before the fence' : '``` alone, and no ` after it in the line',
      );
    }
  }
}
