/** `handrail netpol`: who may speak with whom by the NetworkPolicies of a cluster, or of a folder of manifests. */
import { type Connection, connectivity, type ListedPod } from '../diagnosis/network-policy/connectivity.ts';
import { createPolicyView, type PolicySource } from '../diagnosis/network-policy/policy-view.ts';
import { remarksOn } from '../diagnosis/network-policy/remarks.ts';
import { snapshotPolicies } from '../diagnosis/network-policy/snapshot-policies.ts';
import { stripToLine } from '../runbook/strip-controls.ts';
import { exitCodes } from '../state/exit-codes.ts';
import { flowsIn } from './netpol/flows-in.ts';
import { flowsJson, flowsText, flowsYaml } from './netpol/print-flows.ts';
import { jsonOf, textOf, writeAll } from './netpol/print-list.ts';
import { listedPods, readCluster, unreadRemarks } from './netpol/read-cluster.ts';
import { readDir } from './netpol/read-dir.ts';
import type { ClusterOptions } from './target.ts';
import { OperatorError } from './trouble.ts';
import { typedNamespaces } from './typed-spec.ts';

export interface NetpolOptions extends ClusterOptions {
  readonly namespace?: readonly string[];
  readonly dir?: string;
  readonly output: 'text' | 'json' | 'yaml';
  readonly linkerd?: boolean;
  readonly target?: string;
}

/** Prints every connection that is let through; what the list cannot say goes to standard error. */
export async function netpol(options: NetpolOptions): Promise<number> {
  if (options.linkerd) return linkerd(options);
  if (options.output === 'yaml' || options.target !== undefined) {
    throw new OperatorError('-o yaml and --target are for the flows of Linkerd.', {
      fix: 'handrail netpol --linkerd -o yaml',
      exitCode: exitCodes.usage.code,
    });
  }
  const namespaces = typedNamespaces(options.namespace);
  const { source, pods, unread } =
    options.dir === undefined ? await live(options) : await readManifests(options);
  const view = createPolicyView(source);
  needNamespaces(namespaces, pods, options);
  const { connections, mixed } = connectivity(view, pods);
  const wanted = namespaces.length === 0 ? connections() : within(connections(), namespaces);
  await writeAll(options.output === 'json' ? jsonOf(wanted) : textOf(wanted), process.stdout);
  say([...unread, ...remarksOn(view, pods, mixed)]);
  return exitCodes.done.code;
}

function say(remarks: readonly string[]): void {
  for (const remark of remarks) process.stderr.write(`handrail: ${stripToLine(remark)}.\n`);
}

/** Prints the flows that Linkerd needs: 0 where none is blocked, 5 where one is. The policies in YAML are no verdict. */
async function linkerd(options: NetpolOptions): Promise<number> {
  if (options.dir !== undefined || (options.namespace ?? []).length > 0) {
    throw new OperatorError('The flows of Linkerd are those of a whole cluster: no --dir and no -n.', {
      exitCode: exitCodes.usage.code,
    });
  }
  const snapshot = await readCluster(options, { linkerd: true });
  const { flows, planes } = flowsIn(snapshot, options.target);
  if (planes === 0) {
    throw new OperatorError('There is no control plane of Linkerd in this cluster.', {
      exitCode: exitCodes.notReady.code,
    });
  }
  const printed = { text: flowsText, json: flowsJson, yaml: flowsYaml }[options.output](
    flows,
    process.stdout.columns,
  );
  await writeAll([printed], process.stdout);
  say(unreadRemarks(snapshot));
  const blocked = flows.some(({ outcome }) => outcome === 'blocked');
  if (options.output === 'yaml') return exitCodes.done.code;
  return blocked ? exitCodes.failed.code : exitCodes.done.code;
}

interface Asked {
  readonly source: PolicySource;
  readonly pods: readonly ListedPod[];
  /** What could not be seen. */
  readonly unread: readonly string[];
}

async function readManifests(options: NetpolOptions): Promise<Asked> {
  if (options.kubeconfig !== undefined || options.context !== undefined || options.practice) {
    throw new OperatorError('Manifests, or a cluster: not both.', { exitCode: exitCodes.usage.code });
  }
  const { networkPolicies, namespaces, foreign, pods } = await readDir(options.dir!);
  return { source: { networkPolicies, namespaces, foreign }, pods, unread: [] };
}

async function live(options: NetpolOptions): Promise<Asked> {
  const snapshot = await readCluster(options, { linkerd: false });
  return {
    source: snapshotPolicies((part) => {
      const read = snapshot.objects[part];
      return read.state === 'read' ? read.value : undefined;
    }),
    pods: listedPods(snapshot),
    unread: unreadRemarks(snapshot),
  };
}

/** A misspelt namespace is no empty one. */
function needNamespaces(wanted: readonly string[], pods: readonly ListedPod[], { dir }: NetpolOptions): void {
  const known = new Set(pods.map(({ pod }) => pod.namespace));
  const absent = wanted.filter((name) => !known.has(name));
  if (absent.length === 0) return;
  throw new OperatorError(`There are no pods in ${absent.map(stripToLine).join(', ')}.`, {
    fix:
      dir === undefined
        ? 'kubectl get pods -A lists them.'
        : 'Their manifests have to be in that folder, too.',
  });
}

function* within(all: Iterable<Connection>, namespaces: readonly string[]): Generator<Connection> {
  const starts = namespaces.map((name) => `${name}/`);
  const isIn = (peer: string) => starts.some((start) => peer.startsWith(start));
  for (const one of all) if (isIn(one.src) || isIn(one.dst)) yield one;
}
