/** The images of a workload, taken apart, and which of them are Linkerd's own. */

/** The image of one container. */
interface ContainerImage {
  readonly container: string;
  /** `spec.initContainers` or `spec.containers` of the pod template. */
  readonly list: 'initContainers' | 'containers';
  /** The last part of its name: `controller` for `cr.l5d.io/linkerd/controller`. */
  readonly repository: string;
  /** Undefined for an image that is named by its digest, or by nothing but its name. */
  readonly tag: string | undefined;
}

/** Repositories of Linkerd's images that carry the version of the release; what stands before them is a registry of anybody's. */
const ofTheRelease: ReadonlySet<string> = new Set([
  'controller',
  'policy-controller',
  'proxy',
  'web',
  'grafana',
  'tap',
  'metrics-api',
]);

/** Whether the tag of such an image is the version of the release. That of `proxy-init` is not. */
export const isOfTheRelease = ({ repository }: ContainerImage): boolean => ofTheRelease.has(repository);

/** The images that a Deployment, StatefulSet or DaemonSet asks for. What has no such shape has none. */
export function imagesOf(workload: object): readonly ContainerImage[] {
  const template = at(at(at(workload, 'spec'), 'template'), 'spec');
  return (['initContainers', 'containers'] as const).flatMap((list) => {
    const containers = at(template, list);
    if (!Array.isArray(containers)) return [];
    return containers.flatMap((each: unknown): ContainerImage[] => {
      const [name, image] = [at(each, 'name'), at(each, 'image')];
      if (typeof name !== 'string' || typeof image !== 'string') return [];
      const [path, tag] = image.includes('@') ? [image, undefined] : splitTag(image);
      return [{ container: name, list, repository: path.slice(path.lastIndexOf('/') + 1), tag }];
    });
  });
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

/** A colon before the last slash belongs to the port of a registry. */
function splitTag(image: string): readonly [string, string | undefined] {
  const colon = image.lastIndexOf(':');
  return colon > image.lastIndexOf('/')
    ? [image.slice(0, colon), image.slice(colon + 1)]
    : [image, undefined];
}
