import type { KubeObject } from '../kube-client.ts';
import { badRequest } from './errors.ts';
import { at } from './json.ts';

/** Whether an object is selected. */
export type Matcher = (object: KubeObject) => boolean;
type Labels = Record<string, string>;
type Requirement = (labels: Labels) => boolean;

const SET_BASED = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/;

function labelRequirement(text: string): Requirement {
  const set = SET_BASED.exec(text);
  if (set) {
    const [, key = '', operator, list = ''] = set;
    const values = new Set(list.split(',').map((value) => value.trim()));
    if (operator === 'in') return (labels) => labels[key] !== undefined && values.has(labels[key]);
    return (labels) => labels[key] === undefined || !values.has(labels[key]);
  }
  const equality = /^([^=!\s]+)\s*(==|=|!=)\s*(\S*)$/.exec(text);
  if (equality) {
    const [, key = '', operator, value = ''] = equality;
    return operator === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
  }
  const presence = /^(!?)\s*([A-Za-z0-9][\w./-]*)$/.exec(text);
  if (!presence) throw badRequest(`unable to parse requirement: found '${text}'`);
  const [, not, key = ''] = presence;
  return not ? (labels) => labels[key] === undefined : (labels) => labels[key] !== undefined;
}

/** Splits at commas that are not inside parentheses. */
function split(text: string): string[] {
  return text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** A label selector as kubectl writes it: `a=b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`, joined by commas. */
export function parseLabelSelector(text: string | undefined): Matcher | undefined {
  if (!text?.trim()) return undefined;
  const requirements = split(text).map(labelRequirement);
  return (object) => {
    const labels = object.metadata.labels ?? {};
    return requirements.every((holds) => holds(labels));
  };
}

/** `matchLabels` and `matchExpressions` of an object, as one function over labels. An empty selector matches all. */
export function matchesSelector(
  selector: {
    matchLabels?: Labels;
    matchExpressions?: { key: string; operator: string; values?: string[] }[];
  },
  labels: Labels,
): boolean {
  const equalities = Object.entries(selector.matchLabels ?? {});
  if (!equalities.every(([key, value]) => labels[key] === value)) return false;
  return (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
    const value = labels[key];
    if (operator === 'Exists') return value !== undefined;
    if (operator === 'DoesNotExist') return value === undefined;
    if (operator === 'In') return value !== undefined && values.includes(value);
    return value === undefined || !values.includes(value);
  });
}

// What the real server lets a field selector name, by kind; anything else is refused by it as well.
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  Pod: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  Event: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  Secret: ['type'],
  Namespace: ['status.phase'],
  Node: ['spec.unschedulable'],
  ReplicaSet: ['status.replicas'],
  ReplicationController: ['status.replicas'],
  Job: ['status.successful'],
  Service: ['spec.clusterIP', 'spec.type'],
  CertificateSigningRequest: ['spec.signerName'],
};

function fieldText(object: KubeObject, path: string): string {
  if (path === 'source') return String(object.source?.component ?? object.reportingComponent ?? '');
  const value = at(object, path);
  if (value === undefined || value === null) return path === 'spec.unschedulable' ? 'false' : '';
  return String(value);
}

/** The API's groups word this differently, each in its own conversion functions. */
function unknownField(path: string, kind: string): string {
  if (kind === 'Job') return `field label "${path}" not supported for Job`;
  return FIELDS[kind] === undefined || kind === 'ReplicaSet'
    ? `"${path}" is not a known field selector: only "metadata.name", "metadata.namespace"`
    : `field label not supported: ${path}`;
}

/** A field selector: `=`, `==` and `!=` on the fields that the real server indexes for the kind. */
function parseFieldSelector(text: string | undefined, kind: string): Matcher | undefined {
  if (!text?.trim()) return undefined;
  const requirements = text.split(',').map((part) => {
    const parsed = /^\s*([^=!]+?)\s*(==|=|!=)\s*(.*?)\s*$/.exec(part);
    if (!parsed) throw badRequest(`invalid selector: '${text}'; can't understand '${part}'`);
    const [, path = '', operator, wanted = ''] = parsed;
    if (path !== 'metadata.name' && path !== 'metadata.namespace' && !FIELDS[kind]?.includes(path)) {
      throw badRequest(unknownField(path, kind));
    }
    const same = operator !== '!=';
    return (object: KubeObject) => (fieldText(object, path) === wanted) === same;
  });
  return (object) => requirements.every((holds) => holds(object));
}

/** Both selectors as one matcher, or undefined when everything matches. */
export function parseSelectors(
  query: { readonly labelSelector?: string | undefined; readonly fieldSelector?: string | undefined },
  kind: string,
): Matcher | undefined {
  const byLabel = parseLabelSelector(query.labelSelector);
  const byField = parseFieldSelector(query.fieldSelector, kind);
  if (byLabel && byField) return (object) => byLabel(object) && byField(object);
  return byLabel ?? byField;
}
