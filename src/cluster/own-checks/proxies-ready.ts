/** Whether the proxies of meshed pods serve. */
import { CONTROL_PLANE_NS } from '../../linkerd/manifest.ts';
import { stripToLine } from '../../runbook/strip-controls.ts';
import type { TableRow } from '../api.ts';
import type { KubeObject } from '../objects.ts';
import { type CheckContext, core } from './context.ts';
import { failure, listed, unseen, type Verdict } from './lines.ts';

/** As many tables are asked for at the same time. */
const AT_ONCE = 8;
/** As many pods that are not ready are looked at one by one. */
const LOOKED_AT = 20;

/**
 * Whether the proxy container of each meshed pod is ready. A table gives the few that are not ready without the objects of all the others;
 * of these the container is looked at, for an application that is not ready is no trouble of the mesh.
 */
export async function proxiesReady(
  { look, namespace }: CheckContext,
  places: readonly string[],
): Promise<Verdict> {
  const selector = `${CONTROL_PLANE_NS}=${namespace}`;
  const candidates: { readonly namespace: string; readonly name: string }[] = [];
  for (let start = 0; start < places.length; start += AT_ONCE) {
    const some = places.slice(start, start + AT_ONCE);
    const tables = await Promise.all(some.map((one) => look.table(core('pods', one), selector)));
    for (const [index, table] of tables.entries()) {
      if (table.type === 'unseen') return unseen(table.why);
      if (table.type === 'missing') continue;
      const waiting = table.value.filter(notReady);
      candidates.push(...waiting.map((row) => ({ namespace: some[index]!, name: String(row.Name) })));
    }
  }
  const bad: string[] = [];
  for (const pod of candidates.slice(0, LOOKED_AT)) {
    const found = await look.get(core('pods', pod.namespace), pod.name);
    const why = found.type === 'found' ? proxyTrouble(found.value) : undefined;
    if (why !== undefined) bad.push(`${pod.namespace}/${pod.name}: ${why}`);
  }
  if (bad.length === 0) return 'ok';
  const more = candidates.length - LOOKED_AT;
  return failure(
    listed([...bad, ...(more > 0 ? [`${more} more pods are not ready and were not looked at`] : [])]),
  );
}

function notReady(row: TableRow): boolean {
  const [ready, all] = String(row.Ready ?? '')
    .split('/')
    .map(Number);
  const over = /^(?:Completed|Succeeded|Terminating)$/.test(String(row.Status ?? ''));
  return !over && ready !== undefined && all !== undefined && ready < all;
}

/** Why the proxy of a pod does not serve; undefined where it does, or where the pod is over. */
function proxyTrouble(pod: KubeObject): string | undefined {
  const { phase, containerStatuses, initContainerStatuses } = Object(pod.status);
  if (phase === 'Succeeded' || phase === 'Failed' || pod.metadata.deletionTimestamp !== undefined)
    return undefined;
  const all = [containerStatuses, initContainerStatuses].flatMap((list: unknown) =>
    Array.isArray(list) ? list : [],
  );
  const proxy: unknown = all.find((one: unknown) => Object(one).name === 'linkerd-proxy');
  if (proxy === undefined) return `it is ${stripToLine(String(phase ?? 'not scheduled'))}`;
  if (Object(proxy).ready === true) return undefined;
  const waiting: unknown = Object(Object(Object(proxy).state).waiting).reason;
  return typeof waiting === 'string' ? `its proxy waits: ${stripToLine(waiting)}` : 'its proxy is not ready';
}
