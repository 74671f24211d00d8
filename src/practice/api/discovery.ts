import { compareVersions } from './crd.ts';
import type { Json } from './json.ts';
import { groupVersion, type ResourceInfo } from './resources.ts';

/** What `/version` answers: the release of Kubernetes 1.`minor` that this server passes for. */
export const serverVersion = (minor: number) => ({
  major: '1',
  minor: String(minor),
  gitVersion: `v1.${minor}.2`,
  gitCommit: '0000000000000000000000000000000000000000',
  gitTreeState: 'clean',
  buildDate: '2026-01-01T00:00:00Z',
  goVersion: 'go1.24.6',
  compiler: 'gc',
  platform: 'linux/amd64',
});

// What subresources speak where it is not their parent's kind, and the verbs they take.
const SUBRESOURCE_KINDS: Readonly<Record<string, readonly [string, string, string, readonly string[]]>> = {
  scale: ['autoscaling', 'v1', 'Scale', ['get', 'patch', 'update']],
  log: ['', 'v1', 'Pod', ['get']],
  exec: ['', 'v1', 'PodExecOptions', ['create', 'get']],
  attach: ['', 'v1', 'PodAttachOptions', ['create', 'get']],
  portforward: ['', 'v1', 'PodPortForwardOptions', ['create', 'get']],
  eviction: ['policy', 'v1', 'Eviction', ['create']],
  binding: ['', 'v1', 'Binding', ['create']],
  token: ['authentication.k8s.io', 'v1', 'TokenRequest', ['create']],
  finalize: ['', 'v1', 'Namespace', ['update']],
};
const STATUS_VERBS = ['get', 'patch', 'update'];

const subresourceOf = (info: ResourceInfo, name: string) => {
  const [group, version, kind, verbs] = SUBRESOURCE_KINDS[name] ?? [
    info.group,
    info.version,
    info.kind,
    STATUS_VERBS,
  ];
  return { group, version, kind, verbs };
};

function legacyEntries(info: ResourceInfo): Json[] {
  const own = {
    name: info.plural,
    singularName: info.singular,
    namespaced: info.namespaced,
    kind: info.kind,
    verbs: info.verbs,
    ...(info.shortNames.length > 0 && { shortNames: info.shortNames }),
    ...(info.categories.length > 0 && { categories: info.categories }),
  };
  const subresources = info.subresources.map((name) => {
    const { group, version, kind, verbs } = subresourceOf(info, name);
    const foreign = group !== info.group || version !== info.version;
    const base = {
      name: `${info.plural}/${name}`,
      singularName: '',
      namespaced: info.namespaced,
      kind,
      verbs,
    };
    return foreign ? { ...base, group, version } : base;
  });
  return [own, ...subresources];
}

/** `/api/v1` or `/apis/GROUP/VERSION`: the resources of one version. */
export function resourceList(resources: readonly ResourceInfo[], apiVersion: string): Json | undefined {
  const own = resources.filter((info) => groupVersion(info) === apiVersion);
  if (own.length === 0) return undefined;
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: apiVersion,
    resources: own.flatMap(legacyEntries).sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/** The groups with their versions, preferred first; the core group is not among them. */
function groupsOf(resources: readonly ResourceInfo[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { group, version } of resources) {
    const versions = groups.get(group) ?? [];
    if (!versions.includes(version)) versions.push(version);
    groups.set(group, versions.sort(compareVersions));
  }
  return groups;
}

function groupEntry(name: string, versions: readonly string[]): Json {
  const listed = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: listed, preferredVersion: listed[0] };
}

/** What `/apis` answers: every group but the core one. */
export function groupList(resources: readonly ResourceInfo[]): Json {
  const groups = [...groupsOf(resources)].filter(([name]) => name !== '');
  return {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: groups.map(([name, versions]) => groupEntry(name, versions)),
  };
}

/** `/apis/GROUP`. */
export function groupDocument(resources: readonly ResourceInfo[], name: string): Json | undefined {
  const versions = groupsOf(resources).get(name);
  return versions && { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(name, versions) };
}

function aggregatedEntry(info: ResourceInfo): Json {
  return {
    resource: info.plural,
    responseKind: { group: info.group, version: info.version, kind: info.kind },
    scope: info.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: info.singular,
    verbs: info.verbs,
    ...(info.shortNames.length > 0 && { shortNames: info.shortNames }),
    ...(info.categories.length > 0 && { categories: info.categories }),
    ...(info.subresources.length > 0 && {
      subresources: info.subresources.map((subresource) => {
        const { group, version, kind, verbs } = subresourceOf(info, subresource);
        return { subresource, responseKind: { group, version, kind }, verbs };
      }),
    }),
  };
}

/** The aggregated form of `/api` (the core group) or `/apis` (all others), in `v2` or `v2beta1`. */
export function aggregated(resources: readonly ResourceInfo[], core: boolean, version: string): Json {
  const groups = [...groupsOf(resources)].filter(([name]) => (name === '') === core);
  const items = groups.map(([name, versions]) => ({
    metadata: { name, creationTimestamp: null },
    versions: versions.map((each) => ({
      version: each,
      resources: resources
        .filter((info) => info.group === name && info.version === each)
        .map(aggregatedEntry),
      freshness: 'Current',
    })),
  }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: `apidiscovery.k8s.io/${version}`, metadata: {}, items };
}

/** `v2` or `v2beta1` when the Accept header asks for aggregated discovery first, undefined otherwise. */
export function aggregatedVersion(accept: string): string | undefined {
  const first = accept.split(',').find((type) => type.includes('as=APIGroupDiscoveryList'));
  return first && /\bv=(v2beta1|v2)\b/.exec(first)?.[1];
}

/** What `/api` answers; `host` is the address and port of the server. */
export function apiVersions(host: string): Json {
  const address = { clientCIDR: '0.0.0.0/0', serverAddress: host };
  return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [address] };
}
