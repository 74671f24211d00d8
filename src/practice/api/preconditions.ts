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
    const home = info.namespaced ? `${stored.metadata.namespace}/` : '';
    const key = `/registry/${info.plural}/${home}${name}`;
    const why = `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${wanted.uid}, UID in object meta: ${uid}`;
    throw conflict(info, name, why);
  }
  if (wanted?.resourceVersion && wanted.resourceVersion !== resourceVersion) throw stale(info, name);
}

/** The same for the preconditions of a deletion, which the server words in its own way and with the kind. */
export function checkPreconditions(
  info: ResourceInfo,
  stored: KubeObject,
  wanted: { readonly uid?: string; readonly resourceVersion?: string } | undefined,
): void {
  const { name, uid, resourceVersion } = stored.metadata;
  const singular = { ...info, plural: info.kind };
  if (wanted?.uid && wanted.uid !== uid) {
    const why = `the UID in the precondition (${wanted.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`;
    throw conflict(singular, name, why);
  }
  if (wanted?.resourceVersion && wanted.resourceVersion !== resourceVersion) {
    const why = `the ResourceVersion in the precondition (${wanted.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`;
    throw conflict(singular, name, why);
  }
}
