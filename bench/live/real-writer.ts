/** A process that changes the pods of a real API server over many connections. Run with `fork`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openClusterApi } from '../../src/cluster/open-api.ts';
import { createTrust } from '../../src/linkerd/pki.ts';
import { createHttpClient } from '../../src/practice/http-client.ts';
import { beaconWorkload, createBeacon, leaveUnfinished, setBeat } from './beacon.ts';
import { exactly, type Place, type Task, takeOrders, tell, untilNextBeat } from './changing.ts';

const connections = 32;
const pods = (namespace: string) => ({ apiVersion: 'v1', resource: 'pods', namespace });

async function join(place: Place) {
  if (place.type !== 'join') throw new Error('it changes a cluster that is there');
  const { kubeconfig, unfinished } = place;
  const client = createHttpClient(kubeconfig);
  const { anchorPem } = await createTrust();
  const beacon = await createBeacon(client, anchorPem);
  const api = openClusterApi(kubeconfig, {});
  const list = async (apiVersion: string, resource: string) => {
    const all = await api.list({ apiVersion, resource }, { form: 'metadata' });
    if (!all.ok) throw new Error(all.problem.message);
    return all.value.items
      .map(({ metadata: { namespace = '', name } }) => ({ namespace, name }))
      .filter(({ namespace }) => namespace !== beaconWorkload.namespace);
  };
  for (const one of (await list('apps/v1', 'deployments')).slice(0, unfinished))
    await leaveUnfinished(client, one, 10);
  const targets = await list('v1', 'pods');
  api.close();

  let turn = 0;
  const flip = async () => {
    const { namespace, name } = targets[turn % targets.length]!;
    const status = Math.floor(turn / targets.length) % 2 === 1 ? 'True' : 'False';
    turn += 1;
    const at = new Date().toISOString();
    const conditions = ['Ready', 'ContainersReady'].map((type) => ({ type, status, lastTransitionTime: at }));
    await client.patch(
      pods(namespace),
      name,
      'strategic',
      { status: { conditions } },
      { subresource: 'status' },
    );
  };
  let beat = 0;
  const { containerStatuses } = beacon.status;
  const count = async () => {
    const status = { containerStatuses };
    setBeat(status, ++beat);
    await client.patch(
      pods(beaconWorkload.namespace),
      beacon.metadata.name,
      'merge',
      { status },
      { subresource: 'status' },
    );
    // What counts is when the server has it, not how long it was busy with others before.
    tell({ type: 'beat', beat, at: exactly() });
  };
  tell({ type: 'ready', kubeconfig });

  return async (task: Task) => {
    if (task.type !== 'pace') throw new Error('a real cluster has no hour in a minute');
    const { perSecond, seconds } = task;
    const start = performance.now();
    const passed = () => (performance.now() - start) / 1000;
    let begun = 0;
    let changes = 0;
    const worker = async () => {
      while (passed() < seconds) {
        if (begun >= passed() * perSecond) await sleep(5);
        else {
          begun += 1;
          await flip();
          changes += 1;
        }
      }
    };
    const beats = async () => {
      while (passed() < seconds) {
        await count();
        changes += 1;
        await sleep(untilNextBeat() * 1000);
      }
    };
    await Promise.all([beats(), ...Array.from({ length: connections }, worker)]);
    tell({ type: 'done', changes, seconds: passed() });
  };
}

takeOrders(join);
