import type { Nodes } from 'mdast';

/** The text of a node as its author wrote it. */
export type SourceOf = (node: Nodes) => string;

/**
 * Finds the source of nodes in the text they were parsed from. `base` is the offset of that text in its file, for text that
 * was cut out of a larger one. Without a source, a node's own value or the values of its children stand in for it.
 */
export function sourceIn(text: string | undefined, base = 0): SourceOf {
  return (node) => {
    const start = node.position?.start.offset;
    const end = node.position?.end.offset;
    if (text === undefined || start === undefined || end === undefined) return plainValue(node);
    return text.slice(start - base, end - base);
  };
}

function plainValue(node: Nodes): string {
  if ('value' in node) return node.value;
  if ('children' in node) return node.children.map(plainValue).join(' ');
  return '';
}
