/** Which control planes a cluster has, for the head of what is printed. */
import type { Snapshot } from '../../diagnosis/snapshot.ts';
import { createView } from '../../diagnosis/view.ts';
import { stripToLine } from '../../runbook/strip-controls.ts';

/** Undefined where that none is there would be a guess. */
export type SeenControlPlanes =
  | readonly { readonly namespace: string; readonly version: string | null }[]
  | undefined;

/** Those of a snapshot. */
export function controlPlanesOf(snapshot: Snapshot): SeenControlPlanes {
  const view = createView(snapshot);
  const all = view.controlPlanes.map(({ namespace, meta }) => ({
    namespace: stripToLine(namespace),
    version: meta.version === undefined ? null : stripToLine(meta.version),
  }));
  const seen = view.unread('pods') === undefined && view.unread('configMaps') === undefined;
  return all.length > 0 || seen ? all : undefined;
}

/** `stable-2.14.10 in linkerd`; undefined where it could not be seen. */
export function meshText(controlPlanes: SeenControlPlanes): string | undefined {
  if (controlPlanes === undefined) return undefined;
  if (controlPlanes.length === 0) return 'there is no Linkerd on this cluster';
  return controlPlanes
    .map(({ namespace, version }) => `${version ?? 'of an unknown version'} in ${namespace}`)
    .join(', ');
}
