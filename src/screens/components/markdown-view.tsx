import type { RootContent } from 'mdast';
import type { ReactNode } from 'react';
import { useMemo } from 'react';
import { layoutMarkdown } from '../markdown/layout-markdown.ts';
import { useLook } from '../theme.ts';
import { Rows } from './rows.tsx';
import { clampOffset } from './window.ts';

export interface MarkdownViewProps {
  readonly nodes: readonly RootContent[];
  readonly width: number;
  readonly height: number;
  /** The first line shown; kept inside the text. */
  readonly offset?: number;
  /** The text the nodes were parsed from, and its offset in the file. */
  readonly source?: string;
  readonly sourceOffset?: number;
}

/** Markdown in a window. To mix it with other lines, take `layoutMarkdown` and `Rows`. */
export function MarkdownView(props: MarkdownViewProps): ReactNode {
  const { nodes, width, height, offset = 0, source, sourceOffset } = props;
  const { glyphs } = useLook();
  const lines = useMemo(
    () =>
      layoutMarkdown(nodes, width, {
        glyphs,
        ...(source === undefined ? {} : { source }),
        ...(sourceOffset === undefined ? {} : { sourceOffset }),
      }),
    [nodes, width, glyphs, source, sourceOffset],
  );
  const first = clampOffset(offset, lines.length, height);
  return <Rows lines={lines.slice(first, first + height)} width={width} height={height} />;
}
