/** Policies, pods and namespaces out of manifests: files of YAML or JSON, several documents each, lists too. */
import { type Json, record, text } from '../../rollout/json.ts';
import { readYamlDocuments, type YamlSource } from '../../runbook/yaml-source.ts';
import type { ListedPod } from './connectivity.ts';
import { foreignPolicy } from './foreign-kinds.ts';
import { jsonDocuments } from './json-documents.ts';
import { checkNamed, checkTemplate, isOwnKind, templateOf, workloadKinds } from './manifest-checks.ts';
import type { Report } from './model.ts';
import { isKnown, ownerIn, ownersOf, peerName } from './owners.ts';
import type { ForeignPolicy } from './policy-view.ts';
import { readPod, readTemplate } from './read-pod.ts';
import { readPolicy } from './read-policy.ts';

export interface ManifestFile {
  readonly file: string;
  readonly text: string;
}

/** `shop/deny.yaml:7:12: 10.0.0.0/33 is no CIDR`: why nothing is said of the rest either. */
export interface ManifestProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface Manifests {
  readonly networkPolicies: readonly Json[];
  readonly namespaces: readonly Json[];
  readonly pods: readonly ListedPod[];
  readonly foreign: readonly ForeignPolicy[];
  readonly problems: readonly ManifestProblem[];
}

/** Where an object stands. */
interface Placed {
  readonly object: Json;
  readonly report: Report;
}

/** Reads all files. Kinds that have no part in it, and documents that are no objects of Kubernetes, are passed over. */
export function readManifests(files: readonly ManifestFile[]): Manifests {
  const problems: ManifestProblem[] = [];
  const placed = files.flatMap((file) => objectsOf(file, problems));
  const owners = ownersOf(placed.map(({ object }) => object));
  const networkPolicies: Json[] = [];
  const namespaces: Json[] = [];
  const pods: ListedPod[] = [];
  const foreign: ForeignPolicy[] = [];
  const policyNames = new Set<string>();
  for (const { object, report } of placed) {
    const other = foreignPolicy(object);
    if (other !== undefined) foreign.push(other);
    else if (!isOwnKind(object)) continue;
    else if (object.kind === 'NetworkPolicy') {
      if (!/^(?:networking\.k8s\.io|extensions)\//.test(text(object.apiVersion))) {
        report(['apiVersion'], 'the apiVersion of a NetworkPolicy is networking.k8s.io/v1');
      }
      const { namespace, name } = readPolicy(object, report);
      if (policyNames.has(`${namespace}/${name}`)) {
        report(['metadata', 'name'], `NetworkPolicy ${namespace}/${name} is there twice`);
      }
      policyNames.add(`${namespace}/${name}`);
      networkPolicies.push(object);
    } else if (object.kind === 'Namespace') {
      if (checkNamed(object, report)) namespaces.push(object);
    } else if (object.kind === 'Pod' || workloadKinds.has(text(object.kind))) {
      const pod = listedPod(object, report, owners);
      if (pod !== undefined) pods.push(pod);
    }
  }
  return { networkPolicies, namespaces, pods, foreign, problems };
}

/** The pod of a manifest, or one of those that a workload's template makes. */
function listedPod(object: Json, report: Report, owners: ReturnType<typeof ownersOf>): ListedPod | undefined {
  if (!checkNamed(object, report) || !checkTemplate(object, report)) return undefined;
  const metadata = record(object.metadata);
  const namespace = text(metadata.namespace) || 'default';
  const kind = text(object.kind);
  const self = { kind, name: text(metadata.name) || `${text(metadata.generateName)}*` };
  const owner = ownerIn(metadata);
  const peer = peerName(owners, namespace, self, owner);
  if (kind === 'Pod')
    return { peer, pod: readPod({ ...object, metadata: { ...metadata, name: self.name } }) };
  // What a ReplicaSet would make, its Deployment makes, and an old one nothing.
  const idle = owner !== undefined && record(object.spec).replicas === 0;
  if (idle || (owner !== undefined && isKnown(owners, namespace, owner))) return undefined;
  return { peer, pod: readTemplate(namespace, self.name, templateOf(object).template) };
}

function objectsOf({ file, text: whole }: ManifestFile, problems: ManifestProblem[]): readonly Placed[] {
  const source = whole.replace(/^\uFEFF/, '');
  const at = (offset: number, message: string) =>
    problems.push({ file, ...positionOf(source, offset), message });
  if (source.includes('\0')) {
    at(source.indexOf('\0'), 'this is no text in UTF-8');
    return [];
  }
  const plain = /\.json$/i.test(file) ? jsonDocuments(source) : undefined;
  if (plain !== undefined) {
    return plain.flatMap(({ value, text: own, start }) => {
      // Only where something is wrong is it read once more, for the place.
      let again: YamlSource | undefined;
      return unlisted(value, [], (path, message) => {
        again ??= readYamlDocuments(own)[0];
        at(start + (again?.valueAt(path)[0] ?? 0), message);
      });
    });
  }
  return readYamlDocuments(source).flatMap((document) => {
    // What follows the first is what the first brought about.
    for (const { start, message } of document.problems.slice(0, 1)) at(start, message);
    return unlisted(document.value, [], (path, message) => at(placeOf(document, path), message));
  });
}

/** A field that is wrong because it is not there stands where what it is missing in stands. */
const placeOf = (document: YamlSource, path: readonly PropertyKey[]) => document.valueAt(path)[0];

/** The object, or those of a list of any kind: `List`, `PodList`. */
function unlisted(value: unknown, path: readonly PropertyKey[], report: Report): readonly Placed[] {
  const object = record(value);
  const kind = text(object.kind);
  if (kind === '') return [];
  const { items } = object;
  if (!kind.endsWith('List') || !Array.isArray(items)) {
    return [{ object, report: (where, message) => report([...path, ...where], message) }];
  }
  const single = kind === 'List' ? {} : { kind: kind.slice(0, -4), apiVersion: object.apiVersion };
  return items.flatMap((item: unknown, at) =>
    unlisted({ ...single, ...record(item) }, [...path, 'items', at], report),
  );
}

function positionOf(source: string, offset: number): { readonly line: number; readonly column: number } {
  const before = source.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - (before.lastIndexOf('\n') + 1) + 1 };
}
