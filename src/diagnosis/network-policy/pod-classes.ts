/** Pods that no policy can tell from each other are one class, and are asked about once. */
import type { Policy, PolicyPod, Selector } from './model.ts';

/** What the policies ask for: of anything else nothing depends. */
export interface Telling {
  /** Keys of labels that some selector of pods asks for. */
  readonly labels: readonly string[];
  /** Names of ports. */
  readonly ports: ReadonlySet<string>;
}

export function tellingOf(policies: readonly Policy[]): Telling {
  const labels = new Set<string>();
  const ports = new Set<string>();
  const note = (selector: Selector | undefined) => {
    for (const key of selector?.keys ?? []) labels.add(key);
  };
  for (const { selects, rules } of policies) {
    if (selects.type === 'selector') note(selects);
    for (const rule of [...rules.Ingress, ...rules.Egress]) {
      if (rule.type === 'unreadable') continue;
      for (const peer of rule.peers ?? []) if (peer.type === 'pods') note(peer.pods);
      for (const port of rule.ports ?? []) if (port.type === 'name') ports.add(port.name);
    }
  }
  return { labels: [...labels].sort(), ports };
}

/** Equal for pods that selectors and named ports cannot tell from each other. Their addresses are left aside. */
export function classKey(pod: PolicyPod, { labels, ports }: Telling): string {
  let key = `${pod.namespace}\n${pod.hostNetwork ? 'host' : ''}`;
  for (const label of labels) {
    const value = Object.hasOwn(pod.labels, label) ? pod.labels[label] : undefined;
    if (value !== undefined) key += `\n${label}=${value}`;
  }
  if (ports.size === 0) return key;
  const named = pod.ports.filter(({ name }) => ports.has(name));
  return named.length === 0
    ? key
    : `${key}\n${named
        .map(({ name, protocol, port, sidecar }) => `${name}/${protocol}/${port}/${sidecar}`)
        .sort()
        .join()}`;
}
