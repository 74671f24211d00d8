import type { KubeObject } from '../kube-client.ts';
import { conflict, stale } from './errors.ts';
import type { ResourceInfo } from './resources.ts';

/** Refuses with 409 when what a request was made for is not what is stored now: another version, or another object. */
export function checkIdentity(
  info: ResourceInfo,
  stored: KubeObject,
  wanted: { readonly uid?: string; readonly resourceVersion?: string } | undefined,
): void {
  const { name, uid, resourceVersion } = stored.metadata;
  if (wanted?.uid && wanted.uid !== uid) {
    const why = `Precondition failed: UID in precondition: ${wanted.uid}, UID in object meta: ${uid}`;
    throw conflict(info, name, why);
  }
  if (wanted?.resourceVersion && wanted.resourceVersion !== resourceVersion) throw stale(info, name);
}
