import { practiceUp } from '../practice/practice-control.ts';
import type { ClusterChoice } from './brief.ts';

export interface ClusterOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly practice?: boolean;
}

/** The cluster that the options name. The practice cluster is started where it is asked for and does not run. */
export async function chooseCluster({
  kubeconfig,
  context,
  practice,
}: ClusterOptions): Promise<ClusterChoice> {
  if (practice) {
    const status = await practiceUp({});
    if (status.kubeconfig !== undefined) return { kubeconfig: status.kubeconfig };
  }
  return { ...(kubeconfig ? { kubeconfig } : {}), ...(context ? { context } : {}) };
}
