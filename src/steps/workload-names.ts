/** Names of namespaces and workloads, as they are typed and as they are shown. */
import type { MissingThing } from '../cluster/rollouts/rollout-missing.ts';
import type { WantedWorkload } from '../cluster/rollouts/rollout-scope.ts';
import { workloadName } from '../data-plane/words.ts';
import type { WorkloadKind } from '../rollout/model.ts';

export const namespaceForm = 'a namespace: small letters, digits and -, at most 63';
export const selectorForm = 'a label selector such as app=web';
export const workloadForm = 'a workload such as deploy/web, statefulset/db or ds/agent';

/** The names that kubectl takes for a kind: its singular, its plural, its short name and its group (`kubectl api-resources`). */
const kindNames: Readonly<Record<WorkloadKind, readonly string[]>> = {
  Deployment: ['deployment', 'deployments', 'deploy', 'deployment.apps', 'deployments.apps'],
  StatefulSet: ['statefulset', 'statefulsets', 'sts', 'statefulset.apps', 'statefulsets.apps'],
  DaemonSet: ['daemonset', 'daemonsets', 'ds', 'daemonset.apps', 'daemonsets.apps'],
};

/** RFC 1123, section 2.1, as Kubernetes takes it for namespaces. */
export const validNamespace = (text: string): boolean => /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(text);

/** Names of objects are DNS subdomains: labels with dots between, at most 253 characters. */
const validName = (text: string): boolean =>
  text.length <= 253 && /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/.test(text);

/** Whether it can be a label selector; the API server judges the rest. */
export const validSelector = (text: string): boolean => /^[\w.\-/,=!() \t]+$/.test(text);

/** `deploy/web`, or undefined where it is nothing of the kind. */
export function parseWorkload(text: string): WantedWorkload | undefined {
  const [word = '', name = '', ...more] = text.split('/');
  const kind = (Object.keys(kindNames) as WorkloadKind[]).find((one) =>
    kindNames[one].includes(word.toLowerCase()),
  );
  return kind && more.length === 0 && validName(name) ? { kind, name } : undefined;
}

/** `deploy/web in shop`, `namespace shop`. */
export function missingName(thing: MissingThing): string {
  if (thing.kind === 'Namespace') return `namespace ${thing.name}`;
  return `${workloadName(thing)}${thing.namespace === undefined ? ' in any namespace' : ` in ${thing.namespace}`}`;
}
