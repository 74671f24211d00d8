import type { ContainerFacts, PodFacts } from '../model.ts';
import {
  type Case,
  doomedAfter,
  type Finding,
  isAbout,
  PASSING_MS,
  placedAt,
  podEvents,
  statusPath,
} from './finding.ts';

const waitingReasons = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'RegistryUnavailable',
  'ImageInspectError',
]);

/** True of a container that waits for an image which cannot be had. */
const waitsForImage = ({ state }: ContainerFacts): boolean =>
  state.type === 'waiting' && waitingReasons.has(state.reason);

const missing = 'There is no such tag in the registry: correct the image, or push it there.';
const auth = 'the registry asks for credentials';
const limited = 'Wait, sign in to the registry (imagePullSecrets), or pull through a mirror.';
const sign = 'Check the name of the image and the imagePullSecrets of the pod or its service account.';
const platform = 'Build the image for the architecture of the nodes, or choose other nodes.';
const network = 'Look at the way from the nodes to the registry: DNS, proxy, firewall, certificates.';

/** What registries and kubelets say, what it comes down to, and what to do. The first that fits counts. */
const known: readonly (readonly [RegExp, string, string])[] = [
  [/manifest unknown/i, 'manifest unknown', missing],
  [/toomanyrequests|too many requests|rate limit|\b429\b/i, 'the registry limits the rate of pulls', limited],
  [
    /unauthorized|authentication required|no basic auth|access denied|denied:|forbidden|\b40[13]\b/i,
    auth,
    sign,
  ],
  [/not found|does not exist|no such image|name unknown/i, 'not found', missing],
  [/no matching manifest|no match for platform/i, 'no image for this node’s platform', platform],
  [
    /no such host|i\/o timeout|deadline exceeded|connection refused|timeout/i,
    'the registry cannot be reached',
    network,
  ],
  [/x509|certificate/i, 'the registry’s certificate is not trusted', network],
];

/** What a message of the kubelet or a registry comes down to, and what to do; undefined where it tells nothing. A name is no answer. */
function read(
  message: string,
  image: string,
): { readonly words: string; readonly advice: string } | undefined {
  const answer = /[/:]/.test(image) ? message.replaceAll(image, '') : message;
  const found = known.find(([pattern]) => pattern.test(answer));
  return found && { words: found[1], advice: found[2] };
}

/** What the kubelet tells of a container's image, in its state or in its events. */
function told(pod: PodFacts, container: ContainerFacts, the: Case): string {
  const own = container.state.type === 'waiting' ? container.state.message : '';
  if (read(own, container.image) !== undefined) return own;
  const events = podEvents(pod, the).filter(
    (each) => each.message.startsWith('Failed to pull image') && isAbout(each, container),
  );
  return events.find((each) => read(each.message, container.image) !== undefined)?.message ?? own;
}

/** Keeps why an image cannot be pulled: the back-off of one pod may not tell what the error of another does. */
export function learnPullTrouble(pod: PodFacts, the: Case): void {
  for (const container of pod.containers) {
    if (
      !waitsForImage(container) ||
      read(the.pullTroubles.get(container.image) ?? '', container.image) !== undefined
    )
      continue;
    the.pullTroubles.set(container.image, told(pod, container, the));
  }
}

/** IMAGE_PULL: doomed at once where the image is not there or has no valid name, else after a minute. */
export function imageFinding(pod: PodFacts, container: ContainerFacts, the: Case): Finding | undefined {
  const { state, image } = container;
  if (state.type !== 'waiting' || !waitsForImage(container)) return undefined;
  const message = the.pullTroubles.get(image) ?? state.message;
  const cause = read(message, image);
  const since = container.last?.finishedAt ?? placedAt(pod);
  const common = {
    code: 'IMAGE_PULL',
    subject: image,
    pod: pod.name,
    since,
    evidence: `${statusPath(pod, container)}.state.waiting.reason=${state.reason}`,
    container: container.name,
  } as const;
  if (state.reason === 'InvalidImageName') {
    const advice = 'Correct the name of the image in the pod template.';
    return {
      ...common,
      kind: 'doomed',
      title: 'invalid image name',
      message: 'not a valid name',
      advice,
      final: true,
    };
  }
  if (state.reason === 'ErrImageNeverPull') {
    const advice = 'Load the image onto the node, or change the imagePullPolicy.';
    const words = 'not on the node, and imagePullPolicy is Never';
    return { ...common, kind: 'doomed', title: 'image is never pulled', message: words, advice, final: true };
  }
  const gone = cause?.advice === missing;
  return {
    ...common,
    kind: gone ? 'doomed' : doomedAfter(PASSING_MS, since, the.now),
    title: 'image pull back-off',
    message: cause?.words ?? bare(the.normal(message), image),
    advice: cause?.advice ?? 'See the pod’s events for the registry’s answer.',
  };
}

/** Without the kubelet's words about the back-off and the image, which the subject names already. */
const bare = (message: string, image: string) =>
  message
    .replace(/^Back-off pulling image "[^"]*"(?:: )?/, '')
    .replace(/^ErrImagePull: /, '')
    .replaceAll(`"${image}"`, 'it') || 'cannot be pulled';
