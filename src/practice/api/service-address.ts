import type { KubeObject } from '../kube-client.ts';
import type { Objects } from './objects.ts';
import type { ResourceInfo } from './resources.ts';

/** Gives a Service its address from 10.96.0.0/16 and its node ports from 30000 on, and keeps those it has. */
export function allocateClusterIP(
  store: Objects,
  info: ResourceInfo,
  service: KubeObject,
  previous: KubeObject | undefined,
): void {
  const { spec } = service;
  if (!spec || spec.type === 'ExternalName') return;
  if (!spec.clusterIP && previous?.spec?.clusterIP) spec.clusterIP = previous.spec.clusterIP;
  const others = spec.clusterIP && !needsNodePort(spec) ? [] : store.list(info).items;
  if (!spec.clusterIP) {
    const taken = new Set(others.map((other) => other.spec.clusterIP));
    spec.clusterIP = firstFree(taken);
  }
  spec.clusterIPs = [spec.clusterIP];
  if (!needsNodePort(spec)) return;
  const used = new Set(others.flatMap((other) => other.spec.ports ?? []).map((port) => port.nodePort));
  for (const port of spec.ports ?? []) {
    const before = previous?.spec.ports?.find((old: { port: number }) => old.port === port.port)?.nodePort;
    port.nodePort ??= before ?? freePort(used);
    used.add(port.nodePort);
  }
}

const needsNodePort = (spec: { type?: string }) => spec.type === 'NodePort' || spec.type === 'LoadBalancer';

function firstFree(taken: ReadonlySet<string>): string {
  for (let number = 10; ; number++) {
    const address = `10.96.${number >> 8}.${number & 255}`;
    if (!taken.has(address)) return address;
  }
}

function freePort(used: ReadonlySet<number>): number {
  let port = 30000;
  while (used.has(port)) port++;
  return port;
}
