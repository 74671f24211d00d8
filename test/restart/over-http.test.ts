/** A restart over a real connection to the practice cluster: one that breaks in the middle, and one of somebody who may only look. */
import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ClusterApi } from '../../src/cluster/api.ts';
import { openClusterApi } from '../../src/cluster/open-api.ts';
import type { RestartPlan } from '../../src/data-plane/restart-plan.ts';
import { type Practice, startPractice } from '../../src/practice/start-practice.ts';
import { type PerformContext, systemClock } from '../../src/state/kind.ts';
import type { ActionNote } from '../../src/state/session.ts';
import { restartKind } from '../../src/steps/restart/kind.ts';
import { makePlan } from '../../src/steps/restart/make-plan.ts';
import { performRestart } from '../../src/steps/restart/perform.ts';
import type { RestartProgress } from '../../src/steps/restart/progress.ts';
import { spec } from './program.ts';

/** A road to the API server that can be closed: connections are cut, and new ones refused. */
class Road {
  readonly #to: URL;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  port = 0;

  constructor(to: string) {
    this.#to = new URL(to);
  }

  open(): Promise<void> {
    const server = createServer((socket) => {
      const onward = dial(Number(this.#to.port), this.#to.hostname);
      for (const one of [socket, onward]) {
        this.#sockets.add(one);
        one.on('error', () => {});
        one.on('close', () => {
          this.#sockets.delete(one);
          socket.destroy();
          onward.destroy();
        });
      }
      socket.pipe(onward).pipe(socket);
    });
    this.#server = server;
    return new Promise((resolve) =>
      server.listen(this.port, '127.0.0.1', () => {
        const address = server.address();
        this.port = typeof address === 'object' && address ? address.port : 0;
        resolve();
      }),
    );
  }

  close(): void {
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

let practice: Practice;
let road: Road;
let api: ClusterApi;

beforeEach(async () => {
  practice = await startPractice({ speed: 20 });
  road = new Road(practice.url);
  await road.open();
  const url = new URL(practice.url);
  api = openClusterApi(practice.kubeconfig.replaceAll(`:${url.port}`, `:${road.port}`), {});
});

afterEach(async () => {
  api.close();
  road.close();
  await practice.stop();
});

const generations = async () => {
  const resources = ['deployments', 'statefulsets', 'daemonsets'];
  const lists = await Promise.all(
    resources.map((resource) => practice.client.list({ apiVersion: 'apps/v1', resource, namespace: 'shop' })),
  );
  return Object.fromEntries(
    lists.flatMap(({ items }) => items.map(({ metadata }) => [metadata.name, metadata.generation ?? 0])),
  );
};

test('the connection is lost in the middle of a restart: it waits, says so, and goes on where it was', async () => {
  const before = await generations();
  const asked = spec({ all: undefined, namespace: 'shop', only: 'meshed', waves: { canary: 1, atOnce: 2 } });
  const signal = AbortSignal.timeout(60_000);
  const built = await makePlan(asked, {
    api,
    values: {},
    signal,
    now: Date.now(),
    doneBefore: new Set(),
    begunBefore: new Map(),
  });
  if (built.type !== 'plan') throw new Error(JSON.stringify(built));
  const notes: ActionNote[] = [];
  let progress: RestartProgress | undefined;
  let away = 0;
  let closed = false;
  const context: PerformContext = {
    at: { frame: 0, step: 'a', action: 'a/1' },
    runbooks: {},
    values: {},
    env: {},
    cluster: undefined,
    kubeconfigFile: undefined,
    api,
    plan: { plan: JSON.parse(JSON.stringify(built.plan)), excluded: [] },
    notes: [],
    startedAt: Date.now(),
    detail: '',
    lastSeenAt: Date.now(),
    clock: systemClock,
    signal,
    started: async () => Date.now(),
    probe: async () => ({ type: 'exited', code: 0, ok: true }),
    async note(text, data) {
      notes.push({ time: new Date().toISOString(), text, data });
      // Just after the second workload was noted: its patch meets a closed road.
      if (
        closed ||
        !text.startsWith('Restarting') ||
        notes.filter((one) => one.text.startsWith('Restarting')).length < 2
      )
        return;
      closed = true;
      road.close();
    },
    onSteer: () => {},
    read: () => {
      throw new Error('a restart reads no output');
    },
    progress: (shown) => {
      progress = (shown.progress as RestartProgress | undefined) ?? progress;
      if (progress?.away === undefined || away > 0) return;
      away = progress.away.since;
      void road.open();
    },
  };
  const ended = await performRestart(asked, context);
  expect(ended).toEqual({ ok: true, detail: '4 of 4 workloads restarted.' });
  expect(away).toBeGreaterThan(0);
  const after = await generations();
  expect(after).toEqual(Object.fromEntries(Object.entries(before).map(([name, count]) => [name, count + 1])));
  const restarted = notes.filter(({ text }) => text.startsWith('Restarting')).map(({ text }) => text);
  expect(new Set(restarted).size).toBe(4);
  expect(restarted).toHaveLength(4);
}, 60_000);

test('who may not patch is told so before anything is asked, and a trial changes nothing', async () => {
  const asked = spec({ all: undefined, namespace: 'shop', only: 'meshed' });
  const signal = AbortSignal.timeout(30_000);
  const context = {
    values: {},
    signal,
    now: Date.now(),
    doneBefore: new Set<string>(),
    begunBefore: new Map<string, string>(),
  };
  const before = await generations();
  const viewer = openClusterApi(practice.viewerKubeconfig, {});
  try {
    const built = await makePlan(asked, { ...context, api: viewer });
    expect(built.type).toBe('impossible');
    expect(built.type === 'impossible' && built.detail).toMatch(
      /^The server would refuse it, Deployment shop\/\w+ to begin with: You may not patch deployments\.apps in the namespace shop: .*\.$/,
    );
  } finally {
    viewer.close();
  }
  expect((await makePlan(asked, { ...context, api })).type).toBe('plan');
  expect(await generations()).toEqual(before);
});

test('a retry knows from the notes of the attempt before what is under way', async () => {
  const asked = spec({ all: undefined, namespace: 'shop', only: 'meshed' });
  const stamp = '2026-11-21T10:00:00.000Z';
  const earlier = [
    { type: 'begun', stamp },
    { type: 'restarting', id: 'Deployment/shop/cart', stamp },
    { type: 'restarting', id: 'Deployment/shop/web', stamp },
    { type: 'failed', id: 'Deployment/shop/web', why: 'a quota' },
  ].map((data) => ({ time: stamp, text: '', data }));
  const planned = await restartKind.plan?.(asked, {
    values: {},
    env: {},
    cluster: undefined,
    api,
    clock: systemClock,
    signal: AbortSignal.timeout(30_000),
    progress: () => {},
    read: () => {
      throw new Error('a restart reads no output');
    },
    earlier,
  });
  const { workloads } = (planned as { plan: RestartPlan }).plan;
  expect(workloads.filter(({ begun }) => begun === stamp).map(({ name }) => name)).toEqual(['cart']);
  expect(workloads.map(({ name }) => name)).toContain('web');
}, 60_000);
