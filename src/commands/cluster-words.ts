import type { ClusterOptions } from './target.ts';

/** The options that name the same cluster again, word by word and unquoted; none where nobody named one. */
export const clusterWords = ({ kubeconfig, context, practice }: ClusterOptions): readonly string[] => [
  ...(practice ? ['--practice'] : []),
  ...(kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig]),
  ...(context === undefined ? [] : ['--context', context]),
];
