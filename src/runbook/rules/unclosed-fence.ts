import type { Block } from '../blocks.ts';
import type { Report } from '../report.ts';

/** Reports each fenced block that runs to the end of the file for want of a closing line. */
export function unclosedFences(blocks: readonly Block[], report: Report): void {
  for (const block of blocks)
    if (block.type === 'code' && block.fence && !block.fence.closed)
      report(
        'unclosed-fence',
        block.start,
        block.start + block.fence.mark.length,
        'the block is not closed',
        {
          expected: `a line with ${block.fence.mark} after it`,
        },
      );
}
