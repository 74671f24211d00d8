import { isCniPluginTag } from '../../linkerd/cni-plugin.ts';
import { factsOf, knownVersions } from '../../linkerd/facts.ts';

/** Whether a registry has an image. */
export type ImageCatalogue = (image: string) => boolean;

/** Whole repositories that exist with any tag: what a cluster itself, and common examples, are made of. */
const REPOSITORIES = [
  'registry.k8s.io/',
  'docker.io/library/',
  'docker.io/rancher/',
  'docker.io/prom/prometheus',
  'prom/prometheus',
  'grafana/grafana',
  'docker.io/grafana/grafana',
  'quay.io/coreos/',
  'registry.practice/',
];
/** Images of the public library, which people use without a registry's name. */
const LIBRARY = /^(nginx|busybox|alpine|redis|postgres|httpd|memcached|curlimages\/curl|traefik)(:[\w.-]+)?$/;
/** The CNI plugin, which has versions of its own. */
const CNI_PLUGIN = /^(cr\.l5d\.io\/linkerd|ghcr\.io\/linkerd)\/cni-plugin:/;
/** What nobody ever pushed: tags like these are how a broken release looks. */
const NEVER = /:(does-not-exist|missing|nope|typo|broken)[\w.-]*$/;

function tagOf(image: string): string {
  const colon = image.lastIndexOf(':');
  return colon > image.lastIndexOf('/') ? image.slice(colon + 1) : 'latest';
}

/** The images that the practice registries have: those of every known Linkerd version, and those of the world's applications. */
export function createImageCatalogue(more: Iterable<string> = []): ImageCatalogue {
  const known = new Set<string>(more);
  const tags = new Set<string>(knownVersions);
  for (const version of knownVersions) {
    const facts = factsOf(version);
    const workloads = [
      ...facts.workloads,
      ...Object.values(facts.extensions).flatMap((each) => each.workloads),
    ];
    for (const { init = [], containers } of workloads) {
      for (const [, image] of [...init, ...containers]) known.add(image);
    }
  }
  return (image) => {
    if (known.has(image)) return true;
    if (NEVER.test(image)) return false;
    if (CNI_PLUGIN.test(image)) return isCniPluginTag(tagOf(image));
    if (REPOSITORIES.some((prefix) => image.startsWith(prefix)) || LIBRARY.test(image)) return true;
    return /^(cr\.l5d\.io\/linkerd|ghcr\.io\/linkerd)\//.test(image) && tags.has(tagOf(image));
  };
}

/** What the container runtime says of an image that no registry has. */
export function notFoundMessage(image: string): string {
  const slash = image.indexOf('/');
  const host = slash < 0 ? '' : image.slice(0, slash);
  const full =
    slash < 0
      ? `docker.io/library/${image}`
      : host.includes('.') || host.includes(':')
        ? image
        : `docker.io/${image}`;
  const tagged = full.includes(':', full.lastIndexOf('/')) ? full : `${full}:latest`;
  return `rpc error: code = NotFound desc = failed to pull and unpack image "${tagged}": failed to resolve reference "${tagged}": ${tagged}: not found`;
}
