import { createHash } from 'node:crypto';
import { parseAllDocuments, stringify } from 'yaml';
import { hasProxy, injectPod, type PodLike } from '../../linkerd/injection.ts';
import type { Manifest } from '../../linkerd/manifest.ts';
import { type Invocation, isOn } from './args.ts';
import { storedConfig } from './cluster.ts';
import { CommandError, type Session } from './io.ts';

const PROXY_NAMES = new Set(['linkerd-proxy', 'linkerd-init', 'linkerd-network-validator']);
const injectable = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Job',
  'Pod',
  'Namespace',
]);

async function manifestsOf(session: Session, invocation: Invocation): Promise<Manifest[]> {
  const [path] = invocation.rest;
  if (path === undefined) throw new CommandError('please specify a kubernetes resource file');
  const text = path === '-' ? await session.io.stdin() : session.io.readFile(path);
  return parseAllDocuments(text).flatMap((document): Manifest[] => {
    if (document.errors.length > 0)
      throw new CommandError(`Error transforming resources: ${document.errors[0]!.message}`);
    const value = document.toJS() as Manifest | null;
    if (value === null) return [];
    return value.kind === 'List' ? (value.items as Manifest[]) : [value];
  });
}

const label = (manifest: Manifest): string => `${manifest.kind.toLowerCase()} "${manifest.metadata.name}"`;

function print(session: Session, manifests: readonly Manifest[], report: readonly string[]): void {
  session.io.out(manifests.map((one) => `${stringify(one, { lineWidth: 0 })}---\n`).join(''));
  session.io.err(`\n${report.join('\n')}\n\n`);
}

/** `linkerd inject`: asks the cluster's injector with an annotation, or with `--manual` puts the proxy in. */
export async function inject(session: Session, invocation: Invocation): Promise<void> {
  const manifests = await manifestsOf(session, invocation);
  const manual = isOn(invocation, 'manual');
  const config = manual ? await storedConfig(await session.client(), session.namespace) : undefined;
  if (manual && config === undefined) throw new CommandError('configmaps "linkerd-config" not found');
  const anchors = String(config?.identityTrustAnchorsPEM ?? '');
  const report: string[] = [];
  const done = manifests.map((manifest): Manifest => {
    const isPod = manifest.kind === 'Pod' || manifest.kind === 'Namespace';
    const pod = (isPod ? manifest : manifest.spec?.template) as PodLike | undefined;
    if (!injectable.has(manifest.kind) || pod === undefined) {
      report.push(`${label(manifest)} skipped`);
      return manifest;
    }
    report.push(`${label(manifest)} injected`);
    const mode = isOn(invocation, 'ingress') ? 'ingress' : 'enabled';
    const annotations = { ...pod.metadata?.annotations, 'linkerd.io/inject': mode };
    const asked: PodLike = { ...pod, metadata: { ...pod.metadata, annotations } };
    const changed =
      manual && manifest.kind !== 'Namespace' && !hasProxy(asked)
        ? injectPod(asked, {
            version: session.version,
            controlPlaneNamespace: session.namespace,
            trustAnchors: anchors,
            anchorHash: createHash('sha256').update(anchors).digest('hex'),
            by: 'linkerd/cli',
            namespace: manifest.metadata.namespace ?? 'default',
            owner: { kind: manifest.kind, name: manifest.metadata.name },
          })
        : asked;
    return isPod
      ? (changed as unknown as Manifest)
      : { ...manifest, spec: { ...manifest.spec, template: changed } };
  });
  print(session, done, report);
}

/** `linkerd uninject`: takes the annotation and a proxy that was put in by hand out again. */
export async function uninject(session: Session, invocation: Invocation): Promise<void> {
  const report: string[] = [];
  const keep = (list: { name: string }[] | undefined) => list?.filter(({ name }) => !PROXY_NAMES.has(name));
  const done = (await manifestsOf(session, invocation)).map((manifest): Manifest => {
    const isPod = manifest.kind === 'Pod' || manifest.kind === 'Namespace';
    const pod = (isPod ? manifest : manifest.spec?.template) as PodLike | undefined;
    if (pod === undefined) {
      report.push(`${label(manifest)} skipped`);
      return manifest;
    }
    report.push(`${label(manifest)} uninjected`);
    const annotations = Object.fromEntries(
      Object.entries(pod.metadata?.annotations ?? {}).filter(([key]) => !key.includes('linkerd.io/')),
    );
    const changed: PodLike = {
      ...pod,
      metadata: { ...pod.metadata, annotations },
      ...(manifest.kind === 'Namespace'
        ? {}
        : {
            spec: {
              ...pod.spec,
              containers: keep(pod.spec.containers),
              initContainers: keep(pod.spec.initContainers),
            },
          }),
    };
    return isPod
      ? (changed as unknown as Manifest)
      : { ...manifest, spec: { ...manifest.spec, template: changed } };
  });
  print(session, done, report);
}
