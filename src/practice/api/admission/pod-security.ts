import type { KubeObject } from '../../kube-client.ts';
import { forbidden } from '../errors.ts';
import type { Json } from '../json.ts';
import type { AdmissionFunction } from '../options.ts';
import type { Store } from '../store.ts';

/** Finds what a pod's spec does that a level forbids, in the words of the real admission plugin; undefined where it does nothing. */
type Check = (spec: Json) => string | undefined;

interface Container {
  readonly name: string;
  readonly ports?: readonly { readonly hostPort?: number }[];
  readonly securityContext?: Json;
}

const containersOf = (spec: Json): Container[] => [
  ...(spec.initContainers ?? []),
  ...(spec.containers ?? []),
  ...(spec.ephemeralContainers ?? []),
];
const quoted = (names: readonly string[]) => names.map((name) => JSON.stringify(name)).join(', ');
const plural = (word: string, names: readonly string[]) =>
  `${word}${names.length === 1 ? '' : 's'} ${quoted(names)}`;
const namesOf = (spec: Json, bad: (container: Container) => boolean) =>
  containersOf(spec)
    .filter(bad)
    .map(({ name }) => name);

/** `title (containers "a", "b" rest)` for the containers that are bad. */
const each =
  (title: string, rest: string, bad: (container: Container, spec: Json) => boolean, before = ''): Check =>
  (spec) => {
    const names = namesOf(spec, (container) => bad(container, spec));
    return names.length === 0 ? undefined : `${title} (${before}${plural('container', names)} ${rest})`;
  };

const DEFAULT_CAPABILITIES = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(
    ' ',
  ),
);
const added = ({ securityContext }: Container): string[] => securityContext?.capabilities?.add ?? [];

function forbiddenCapabilities(spec: Json, allowed: (name: string) => boolean): string | undefined {
  const wrong = (container: Container) => added(container).filter((name) => !allowed(name));
  const names = namesOf(spec, (container) => wrong(container).length > 0);
  if (names.length === 0) return undefined;
  const all = [...new Set(containersOf(spec).flatMap(wrong))].sort();
  return `${plural('container', names)} must not include ${quoted(all)} in securityContext.capabilities.add`;
}

const baselineCapabilities: Check = (spec) => {
  const wrong = forbiddenCapabilities(spec, (name) => DEFAULT_CAPABILITIES.has(name));
  return wrong && `non-default capabilities (${wrong})`;
};
const hostNamespaces: Check = (spec) => {
  const used = ['hostNetwork', 'hostPID', 'hostIPC'].filter((key) => spec[key] === true);
  return used.length === 0 ? undefined : `host namespaces (${used.map((key) => `${key}=true`).join(', ')})`;
};
const hostPath: Check = (spec) => {
  const names = (spec.volumes ?? []).filter((each: Json) => each.hostPath).map((each: Json) => each.name);
  return names.length === 0 ? undefined : `hostPath volumes (${plural('volume', names)})`;
};
const hostPorts: Check = (spec) => {
  const ports = containersOf(spec).flatMap((each) => each.ports ?? []);
  const numbers = [...new Set(ports.map((port) => port.hostPort ?? 0))].filter((port) => port > 0);
  const names = namesOf(spec, (container) =>
    (container.ports ?? []).some((port) => (port.hostPort ?? 0) > 0),
  );
  if (names.length === 0) return undefined;
  const verb = names.length === 1 ? 'uses' : 'use';
  const which = `hostPort${numbers.length === 1 ? '' : 's'} ${numbers.sort((a, b) => a - b).join(', ')}`;
  return `hostPort (${plural('container', names)} ${verb} ${which})`;
};
const privileged = each(
  'privileged',
  'must not set securityContext.privileged=true',
  ({ securityContext }) => securityContext?.privileged === true,
);

const escalation = each(
  'allowPrivilegeEscalation != false',
  'must set securityContext.allowPrivilegeEscalation=false',
  ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false,
);
const restrictedCapabilities: Check = (spec) => {
  const kept = namesOf(
    spec,
    ({ securityContext }) => !(securityContext?.capabilities?.drop ?? []).includes('ALL'),
  );
  const wrong = [
    kept.length > 0 && `${plural('container', kept)} must set securityContext.capabilities.drop=["ALL"]`,
    forbiddenCapabilities(spec, (name) => name === 'NET_BIND_SERVICE'),
  ].filter((text) => typeof text === 'string');
  return wrong.length === 0 ? undefined : `unrestricted capabilities (${wrong.join('; ')})`;
};
const PLAIN_VOLUMES = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);
const volumeTypes: Check = (spec) => {
  const typeOf = (volume: Json) => Object.keys(volume).find((key) => key !== 'name') ?? '';
  const bad: Json[] = (spec.volumes ?? []).filter((volume: Json) => !PLAIN_VOLUMES.has(typeOf(volume)));
  if (bad.length === 0) return undefined;
  const types = [...new Set(bad.map(typeOf))].sort();
  const names = bad.map(({ name }) => name);
  const verb = names.length === 1 ? 'uses' : 'use';
  const kind = `restricted volume type${types.length === 1 ? '' : 's'} ${quoted(types)}`;
  return `restricted volume types (${plural('volume', names)} ${verb} ${kind})`;
};
const nonRoot = each(
  'runAsNonRoot != true',
  'must set securityContext.runAsNonRoot=true',
  ({ securityContext }, spec) =>
    (securityContext?.runAsNonRoot ?? spec.securityContext?.runAsNonRoot) !== true,
  'pod or ',
);
const root: Check = (spec) => {
  if (spec.securityContext?.runAsUser === 0) return 'runAsUser=0 (pod must not set runAsUser=0)';
  const names = namesOf(spec, ({ securityContext }) => securityContext?.runAsUser === 0);
  return names.length === 0
    ? undefined
    : `runAsUser=0 (${plural('container', names)} must not set runAsUser=0)`;
};
const seccomp = each(
  'seccompProfile',
  'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"',
  ({ securityContext }, spec) =>
    !['RuntimeDefault', 'Localhost'].includes(
      securityContext?.seccompProfile?.type ?? spec.securityContext?.seccompProfile?.type,
    ),
  'pod or ',
);

// In the order in which the real plugin lists them.
const LEVELS: Readonly<Record<string, readonly Check[]>> = {
  baseline: [baselineCapabilities, hostNamespaces, hostPath, hostPorts, privileged],
  restricted: [
    escalation,
    restrictedCapabilities,
    hostNamespaces,
    hostPorts,
    privileged,
    volumeTypes,
    nonRoot,
    root,
    seccomp,
  ],
};

/** What a pod does that a Pod Security Standard (`baseline` or `restricted`) forbids; empty for one that keeps to it. */
export function violations(level: string, pod: KubeObject): string[] {
  return (LEVELS[level] ?? []).map((check) => check(pod.spec)).filter((text) => text !== undefined);
}

/** Enforces the level in a namespace's label `pod-security.kubernetes.io/enforce`, for the checks of the Pod Security Standards that matter here. */
export function podSecurityAdmission(store: Store): AdmissionFunction {
  const namespaces = store.resource('v1', 'namespaces');
  return ({ operation, resource, subresource, namespace, name, object }) => {
    if (resource.plural !== 'pods' || operation !== 'CREATE' || subresource || !namespace) return;
    const labels = store.peek(namespaces, undefined, namespace)?.metadata.labels ?? {};
    const level = labels['pod-security.kubernetes.io/enforce'] ?? 'privileged';
    const found = violations(level, object);
    if (found.length === 0) return;
    const version = labels['pod-security.kubernetes.io/enforce-version'] ?? 'latest';
    throw forbidden(resource, name, `violates PodSecurity "${level}:${version}": ${found.join(', ')}`);
  };
}
