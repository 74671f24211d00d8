/** Pods on the host network never get a proxy (linkerd2, pkg/inject/report.go). Metadata does not tell, so some pods are looked at in full. */
import type { UnmeshedRow } from '../../data-plane/model.ts';
import { workloadKey } from '../../data-plane/tally.ts';
import type { ClusterApi } from '../api.ts';

/** How many workloads are asked about, one pod of each. */
const MOST = 20;

/** Which of these workloads have their pods on the host network, by `workloadKey`. What cannot be seen is not among them. */
export async function onHostNetwork(
  api: ClusterApi,
  rows: readonly UnmeshedRow[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  await Promise.all(
    rows.slice(0, MOST).map(async (row) => {
      const [name] = row.examples;
      if (name === undefined) return;
      const pod = await api.get({ apiVersion: 'v1', resource: 'pods', namespace: row.namespace }, name);
      if (pod.ok && pod.value.spec?.hostNetwork === true) found.add(workloadKey(row));
    }),
  );
  return found;
}
