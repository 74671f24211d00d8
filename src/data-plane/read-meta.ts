/** What is kept of the metadata of pods and namespaces. Metadata is anybody's text: it is stripped of controls and cut here. */

import { COMPONENT, CONTROL_PLANE_NS, CREATED_BY } from '../linkerd/manifest.ts';
import { CNI_RESOURCE } from '../linkerd/who-gets-proxies.ts';
import { stripToLine } from '../runbook/strip-controls.ts';
import type { NamespaceMeta, PodMeta } from './model.ts';
import { type OwnedMeta, ownerOf } from './owner.ts';

/** Gives the one copy of a text that is kept, fit to be shown. */
export type Intern = (text: string | undefined) => string;

/** An object as far as it is read here: full, or its metadata alone. */
export interface WithMeta {
  readonly metadata: OwnedMeta & {
    readonly namespace?: string;
    readonly uid?: string;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** The longest name of a pod or namespace; an annotation that is longer is no version and no hash. */
const LONGEST = 253;

function shown(text: unknown): string {
  if (typeof text !== 'string') return '';
  const line = stripToLine(text.length > LONGEST * 4 ? text.slice(0, LONGEST * 4) : text);
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

/** Texts that repeat (namespaces, workloads, versions) are kept once, however many pods have them. */
export function createIntern(): Intern {
  const kept = new Map<string, string>();
  return (text) => {
    if (typeof text !== 'string' || text === '') return '';
    const before = kept.get(text);
    if (before !== undefined) return before;
    const line = shown(text);
    // Only what is short is worth keeping: the key is the text as it came.
    if (text.length <= LONGEST) kept.set(text, line);
    return line;
  };
}

/** Copies what the survey needs of a pod, so that the object can be dropped. */
export function readPodMeta(object: WithMeta, intern: Intern): PodMeta {
  const { metadata } = object;
  const labels = metadata.labels ?? {};
  const annotations = metadata.annotations ?? {};
  const owner = ownerOf(metadata);
  const proxyVersion = intern(annotations['linkerd.io/proxy-version']);
  const createdBy = annotations[CREATED_BY];
  return {
    namespace: intern(metadata.namespace),
    name: shown(metadata.name),
    uid: shown(metadata.uid),
    createdAt: Date.parse(metadata.creationTimestamp ?? '') || 0,
    deleting: metadata.deletionTimestamp !== undefined,
    ownerKind: owner.kind,
    ownerName: intern(owner.name),
    meshOf: intern(labels[CONTROL_PLANE_NS]),
    component: intern(labels[COMPONENT]),
    extension: intern(labels['linkerd.io/extension']),
    cni: labels[CNI_RESOURCE] !== undefined,
    proxyVersion,
    override: intern(annotations['config.linkerd.io/proxy-version']),
    imageOverride: imageOverride(intern(annotations['config.linkerd.io/proxy-image']), proxyVersion, intern),
    trustRoot: intern(annotations['linkerd.io/trust-root-sha256']),
    inject: intern(annotations['linkerd.io/inject']),
    // `linkerd/cli stable-2.14.10`, `linkerd/helm edge-25.4.4`
    createdBy: typeof createdBy === 'string' ? intern(/ (\S{1,100})$/.exec(createdBy)?.[1]) : '',
  };
}

/** The image that is named, or the digest after the version. */
function imageOverride(image: string, version: string, intern: Intern): string {
  if (image !== '') return image;
  const at = version.indexOf('@');
  return at < 0 ? '' : intern(version.slice(at + 1));
}

/** Copies what the survey needs of a namespace. */
export function readNamespaceMeta(object: WithMeta): NamespaceMeta {
  const { name } = object.metadata;
  const labels = object.metadata.labels ?? {};
  const annotations = object.metadata.annotations ?? {};
  return {
    name: shown(name),
    inject: shown(annotations['linkerd.io/inject']),
    override: shown(
      annotations['config.linkerd.io/proxy-version'] ?? annotations['config.linkerd.io/proxy-image'],
    ),
    extension: shown(labels['linkerd.io/extension']),
    webhooks: labels['config.linkerd.io/admission-webhooks'] !== 'disabled',
    controlPlane: labels['linkerd.io/is-control-plane'] === 'true',
  };
}
