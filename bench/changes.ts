/** A rollout board over 10,000 pods that change all the time: what following them costs, and how late they come on screen. */
import { type Changing, startChanging } from './live/changing.ts';
import { figuresOf, followChanges } from './live/follow-changes.ts';
import { startFollower } from './live/follower.ts';
import { liveNamespaces, livePods, type RealCluster } from './live/real-cluster.ts';

const wanted = 1_000;
const seconds = 60;
const unfinished = 50;

async function follow(
  root: string,
  changing: Changing,
  what: string,
  perSecond: number,
): Promise<Record<string, string>> {
  const follower = await startFollower(root, changing.kubeconfig);
  try {
    const run = (onBeat: (beat: number, at: number) => void) =>
      changing.run({ type: 'pace', perSecond, seconds }, onBeat);
    return {
      [`${what}: from start to the first picture (ms)`]: follower.firstPictureMs.toFixed(0),
      ...figuresOf(await followChanges(follower, run), what),
    };
  } finally {
    follower.stop();
    changing.stop();
  }
}

/** First half of the changes that the real API server takes beside all else; then 1,000 a second, replayed by a small server over TLS. */
export async function bench(root: string, cluster: RealCluster): Promise<Record<string, string>> {
  const program = (name: string) => `${root}.cache/bench/live/${name}.mjs`;
  const writer = await startChanging(program('real-writer'), {
    type: 'join',
    kubeconfig: cluster.kubeconfig,
    unfinished,
  });
  const most = await writer.run({ type: 'pace', perSecond: wanted, seconds: 15 });
  // A server that is at its limit tells its watches late, whoever they are.
  const half = Math.floor(most.changes / most.seconds / 2);
  const real = {
    'real: changes a second that the server takes': (most.changes / most.seconds).toFixed(0),
    ...(await follow(root, writer, 'real', half)),
  };
  // Two clusters of this size at once would leave neither the machine that it needs.
  await cluster.stop();
  const size = { pods: livePods, namespaces: liveNamespaces, unfinished };
  const replay = await startChanging(program('replay-server'), { type: 'make', ...size });
  return { ...real, ...(await follow(root, replay, 'replayed', wanted)) };
}
