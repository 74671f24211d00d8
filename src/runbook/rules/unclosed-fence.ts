import type { Block } from '../blocks.ts';
import type { Report } from '../report.ts';

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
