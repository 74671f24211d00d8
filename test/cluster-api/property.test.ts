import { expect, test } from 'vitest';
import { randomFrom } from '../helpers/random.ts';
import { failure, reset } from './fake-server.ts';
import { eventually, follow } from './follow.ts';
import { type KubeServer, kubeServer } from './kube-server.ts';

const faults: readonly ((kube: KubeServer, random: () => number) => void)[] = [
  (kube) => kube.server.cut(),
  (kube) => kube.endWatches(),
  (kube) => kube.compact(),
  (kube) => kube.bookmark(),
  (kube) => kube.freeze(),
  (kube) => kube.write('{"type":"ADDED","obj'),
  (kube) => kube.write('<html>\n'),
  (kube) => kube.write('{"type":"ERROR","object":{"kind":"Status","code":410,"message":"too old"}}\n'),
  (kube) => kube.write('{"type":"ERROR","object":{"kind":"Status","code":500,"message":"etcd"}}\n'),
  (kube, random) => {
    let times = Math.ceil(random() * 3);
    const answers = [
      reset,
      failure(503, 'not yet'),
      failure(429, 'later'),
      failure(403, 'no'),
      failure(401, 'who?'),
    ];
    const answer = answers[Math.floor(random() * answers.length)]!;
    kube.intercept = (request, response) => {
      if (times-- <= 0) return false;
      answer(request, response);
      return true;
    };
  },
];

test.each(Array.from({ length: 40 }, (_, index) => index + 1))(
  'whatever happens, what is shown is what there is (%i)',
  async (seed) => {
    const random = randomFrom(seed);
    const kube = await kubeServer();
    kube.watchList = (['yes', 'refused', 'silent'] as const)[seed % 3]!;
    kube.pageSize = 3;
    const names = Array.from({ length: 12 }, (_, index) => `ns-${index % 3}/pod-${index}`);
    const one = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!;
    for (const name of names) if (random() < 0.5) kube.put(name, 'first');
    const f = follow(kube.server.url, { limits: { idleMs: 40, headMs: 40, lastingMs: 20 } });
    for (let round = 0; round < 60; round++) {
      const dice = random();
      if (dice < 0.45) kube.put(one(names), String(round));
      else if (dice < 0.65) kube.remove(one(names));
      else if (dice < 0.8) one(faults)(kube, random);
      else await new Promise(setImmediate);
    }
    kube.intercept = () => false;
    await eventually(() => {
      expect(f.items()).toEqual(kube.state());
      expect(f.stream.status.type).toBe('live');
    });
    expect(f.replayed()).toEqual(kube.state());
    // A change names what was there before it: nothing was told twice, and nothing was left out.
    expect(f.changes.filter((change) => change.startsWith('!'))).toEqual([]);
    f.api.close();
    await eventually(() => expect(kube.server.open).toBe(0));
  },
);
