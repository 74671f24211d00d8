/** What the panel shows: text, as an operator reads it, at the sizes that there are. */
import { expect, test } from 'vitest';
import { type RolloutBoard, watchRollouts } from '../../src/cluster/rollouts/rollout-watch.ts';
import type { WalkState } from '../../src/state/walk.ts';
import type { PanelUi, PanelView } from '../../src/steps/panel.ts';
import { rolloutPanel } from '../../src/steps/rollout/panel.ts';
import type { RolloutShown } from '../../src/steps/rollout/shown.ts';
import { ASCII, UNICODE } from '../../src/terminal/glyphs.ts';
import { lineText, lineWidth } from '../../src/terminal/line.ts';
import { FakeClock, settle } from '../state/fakes.ts';
import { FakeCluster } from './fake-cluster.ts';
import { crashLoop, imagePull, putDeployment, putPlace, warning } from './objects.ts';

const at = { frame: 0, step: 'watch', action: 'watch/1' };
const start = Date.parse('2026-11-21T02:00:00Z');

/** The board of a cluster that the test has filled. */
async function boardOf(
  fill: (cluster: FakeCluster, now: number) => void,
  namespaces: readonly string[] | 'all' = ['shop'],
) {
  const clock = new FakeClock();
  const cluster = new FakeCluster();
  putPlace(cluster, clock.now());
  fill(cluster, clock.now());
  const watch = watchRollouts(cluster, { namespaces }, clock, () => {});
  await settle();
  await clock.pass(200);
  const { board } = watch;
  const events = watch.eventsOf('uid-shop-web-rs1-1');
  watch.close();
  return { board, events };
}

const shownOf = (board: RolloutBoard, more: Partial<RolloutShown> = {}): RolloutShown => ({
  board,
  startedAt: start,
  timeoutAt: start + 600_000,
  estimateAt: undefined,
  logs: {},
  events: {},
  asking: false,
  end: undefined,
  ...more,
});

interface Drawn {
  readonly view: PanelView;
  readonly text: string;
}

function draw(
  shown: RolloutShown | undefined,
  { width = 53, height = 18, ui = {}, glyphs = UNICODE, notes = [] as readonly string[] } = {},
): Drawn {
  const all: PanelUi = { selected: undefined, toggled: [], excluded: [], ...ui };
  const walk = {
    session: {
      stack: [
        {
          id: 0,
          steps: {
            watch: {
              actions: {
                'watch/1': {
                  notes: notes.map((text) => ({ time: '2026-11-21T02:00:05.000Z', text })),
                },
              },
            },
          },
        },
      ],
    },
    live: shown ? { progress: { at, value: shown } } : {},
  } as unknown as WalkState;
  const view = rolloutPanel({ walk, at, ui: all, now: start + 151_000, width, height, glyphs })!;
  const lines = [...view.top, ...view.rows.map(({ line }) => line), ...view.bottom];
  for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(width);
  return { view, text: lines.map((line) => lineText(line).trimEnd()).join('\n') };
}

test('a rollout that waits: how far it is, which pod it waits for, and why', async () => {
  const { board } = await boardOf((cluster, now) => {
    putDeployment(cluster, { at: now - 60_000, name: 'identity', revision: 3, replicas: 3 });
    putDeployment(cluster, {
      at: now + 100_000,
      name: 'destination',
      revision: 4,
      replicas: 3,
      ready: 2,
      waiting: imagePull,
    });
  });
  expect(draw(shownOf(board)).text).toMatchInlineSnapshot(`
    "1 of 2 rolled out, 1 stuck              2:31 of 10:00
    ▲ destination  rev 4  █████░░░  2 of 3  stuck
      ✔ 0      2.14.10  ready 51s
      ✔ 1      2.14.10  ready 51s
      ✖ 2      2.14.10  ImagePullBackOff 51s  0/1
    ✔ identity     rev 3  ████████  3 of 3
    Why destination waits: IMAGE_PULL, 1 of 3 new pods
      for 51s
      example.com/web:1: not found
      There is no such tag in the registry: correct the
      image, or push it there."
  `);
});

test('what is well is closed, what is not is open; both the other way round when they were toggled', async () => {
  const { board } = await boardOf((cluster, now) => {
    putDeployment(cluster, { at: now, name: 'api' });
    putDeployment(cluster, { at: now, ready: 1, waiting: crashLoop, restarts: 4 });
  });
  expect(draw(shownOf(board)).text).toMatch(
    /▲ web .*\n {2}✔ 0 .*\n {2}✖ 1 .*CrashLoopBackOff 2m {2}4 restarts/,
  );
  const toggled = ['w:uid-shop-api', 'w:uid-shop-web'];
  const { text } = draw(shownOf(board), { ui: { toggled } });
  expect(text).toMatch(/✔ api .*\n {2}✔ 0/);
  expect(text).not.toContain('CrashLoopBackOff');
});

test('the foot is about what is selected', async () => {
  const { board } = await boardOf((cluster, now) => {
    putDeployment(cluster, { at: now, name: 'api', ready: 1, waiting: imagePull });
    putDeployment(cluster, { at: now, ready: 1, waiting: crashLoop, restarts: 4 });
  });
  expect(draw(shownOf(board)).text).toContain('Why api waits: IMAGE_PULL');
  for (const selected of ['w:uid-shop-web', 'p:uid-shop-web-rs1-1'])
    expect(draw(shownOf(board), { ui: { selected } }).text).toContain('Why web waits: CRASH_LOOP');
});

test('what is paused says how to go on with it', async () => {
  const { board } = await boardOf((cluster, now) => {
    putDeployment(cluster, { at: now, ready: 1, paused: true });
  });
  const { text } = draw(shownOf(board), { width: 90 });
  expect(text).toMatch(/▲ web .* paused/);
  expect(text).toContain('web: it is paused. To go on with it: kubectl -n shop rollout resume deploy/web');
});

test('two revisions are told apart while both have pods', async () => {
  const { board } = await boardOf((cluster, now) => {
    putDeployment(cluster, { at: now, revision: 1 });
    putDeployment(cluster, { at: now, revision: 2, pods: 1, ready: 0 });
  });
  expect(draw(shownOf(board)).text).toMatch(/ {2}new rev 2 +1 starting\n {4}◌ 0 .*\n {2}old rev 1 +2 ready/);
});

test('of many pods those that are well are only counted', async () => {
  const { board } = await boardOf((cluster, now) => {
    putDeployment(cluster, { at: now, replicas: 50, ready: 47, waiting: crashLoop, restarts: 1 });
  });
  const { view, text } = draw(shownOf(board));
  expect(view.rows.map(({ line }) => lineText(line)).filter((row) => row.includes('CrashLoop'))).toHaveLength(
    3,
  );
  expect(text).toContain('47 ready');
  expect(view.rows).toHaveLength(5);
});

test('ten thousand pods in four hundred workloads that are all stuck: the rows stay few', async () => {
  const { board } = await boardOf((cluster, now) => {
    for (let index = 0; index < 400; index += 1)
      putDeployment(cluster, {
        at: now,
        name: `w${index}`,
        replicas: 25,
        ready: index % 2 ? 25 : 0,
        waiting: imagePull,
      });
  }, 'all');
  const { view, text } = draw(shownOf(board));
  expect(text).toContain('200 of 400 rolled out');
  expect(text).toContain('✔ 200 are rolled out');
  expect(view.rows.length).toBeLessThan(350);
  expect(draw(shownOf(board), { ui: { toggled: ['fine'] } }).view.rows.length).toBe(view.rows.length + 200);
});

test('where there is no room for all, those that are well are one row and what is stuck is at the top', async () => {
  const { board } = await boardOf((cluster, now) => {
    for (let index = 0; index < 12; index += 1) putDeployment(cluster, { at: now, name: `a${index}` });
    putDeployment(cluster, { at: now + 100_000, name: 'slow', ready: 1 });
    putDeployment(cluster, { at: now, ready: 1, waiting: imagePull });
  });
  const rows = (height: number) =>
    draw(shownOf(board), { height }).view.rows.map(({ line }) => lineText(line).trimEnd());
  expect(rows(18)[0]).toMatch(/^▲ web/);
  expect(rows(18).at(-1)).toBe('✔ 12 are rolled out');
  expect(rows(40)[0]).toMatch(/^✔ a0/);
  // While they are being listed nobody knows how many there are.
  const some = { ...board, complete: false, rollouts: board.rollouts.slice(0, 12) };
  expect(draw(shownOf(some)).text).not.toContain('all 12');
});

test('log lines and warnings that were fetched stand under their pod', async () => {
  const { board, events } = await boardOf((cluster, now) => {
    putDeployment(cluster, { at: now, ready: 1, waiting: crashLoop, restarts: 4 });
    cluster.put('events', warning(now, 'web-rs1-1', 'BackOff', 'Back-off restarting failed container'));
  });
  const { text } = draw(
    shownOf(board, {
      events: { 'uid-shop-web-rs1-1': events },
      logs: {
        'uid-shop-web-rs1-1': {
          container: 'web',
          previous: true,
          lines: ['starting', 'panic: no database'],
          problem: undefined,
        },
      },
    }),
    { width: 90 },
  );
  expect(text).toMatch(
    /✖ 1 .*\n +02:00:00Z BackOff \(3 times\)\n +Back-off restarting failed container\n +web, before its last restart:\n +▏ starting\n +▏ panic: no database/,
  );
});

test('long log lines, and why there are none, are read to their end', async () => {
  const { board } = await boardOf((cluster, now) => putDeployment(cluster, { at: now, ready: 0 }));
  const last =
    'level=fatal component=web msg="no connection" host=orders-db.shop.svc.cluster.local port=5432';
  const problem = 'The log of web cannot be read: container "web" is waiting to start: trying and failing.';
  const log = { container: 'web', previous: false };
  const { text } = draw(
    shownOf(board, {
      logs: {
        'uid-shop-web-rs1-0': { ...log, lines: [last], problem: undefined },
        'uid-shop-web-rs1-1': { ...log, lines: [], problem },
      },
    }),
  );
  const words = text.replace(/\n +/g, ' ');
  expect(words).toContain(last);
  expect(words).toContain(problem);
});

test('the row of a pod whose log was asked for is there, in what is closed and among many', async () => {
  const { board } = await boardOf((cluster, now) => {
    putDeployment(cluster, { at: now, name: 'api', replicas: 20 });
    putDeployment(cluster, { at: now, name: 'cart' });
  });
  const said = { container: 'web', previous: false, lines: ['listening'], problem: undefined };
  const logs = { 'uid-shop-api-rs1-12': said, 'uid-shop-cart-rs1-1': said };
  const closed = /✔ api .*\n {2}✔ 12 .*\n.*web:\n.*listening\n✔ cart .*\n {2}✔ 1 .*\n.*web:\n.*listening/;
  expect(draw(shownOf(board, { logs })).text).toMatch(closed);
  const open = { toggled: ['w:uid-shop-api', 'w:uid-shop-cart'] };
  const { text } = draw(shownOf(board, { logs }), { ui: open });
  expect(text).toMatch(/✔ api .*\n {2}✔ 12 .*\n.*web:\n.*listening\n {2}· 19 ready\n✔ cart .*\n {2}✔ 0 /);
});

test('what cannot be seen, what is stale and what is missing stand at the top', async () => {
  const { board } = await boardOf((cluster, now) => {
    putDeployment(cluster, { at: now });
    cluster.deny('events');
  });
  const stale = { type: 'stale', since: start + 139_000, why: 'connection reset' } as const;
  const { text } = draw(
    shownOf({
      ...board,
      live: false,
      streams: board.streams.map((one) => (one.resource === 'pods' ? { ...one, status: stale } : one)),
      missing: [{ kind: 'StatefulSet', name: 'db', namespace: 'shop' }],
    }),
    { width: 70 },
  );
  expect(text).toContain('▲ pods: stale for 12s: connection reset');
  const why = 'The cluster at https://0123456789ABCDEF.gr7.eu-west-1.eks.amazonaws.com does not accept them';
  const long = { ...stale, why } as const;
  const streams = board.streams.map((one) => ({ ...one, status: long }));
  const narrow = draw(shownOf({ ...board, live: false, streams })).text;
  expect(narrow.replace(/\n +/g, ' ')).toContain('does not accept them');
  expect(text).toContain('✖ There is no sts/db in shop.');
  expect(text).toContain('▲ Not seen: events (list events in shop)');
});

test('the time that is left is told by the rate so far, until the end', async () => {
  const { board } = await boardOf((cluster, now) => putDeployment(cluster, { at: now, ready: 1 }));
  const coming = shownOf(board, { estimateAt: start + 151_000 + 40_000 });
  expect(draw(coming).text).toMatch(/^0 of 1 rolled out, about 40s left +2:31 of 10:00$/m);
  const over = { verdict: 'timed-out', detail: '', at: start + 600_000 } as const;
  expect(draw({ ...coming, end: over }).text).not.toContain('left');
});

test('what goes on has a deadline of its own, which is told', async () => {
  const { board } = await boardOf((cluster, now) => {
    const lastUpdateTime = new Date(now).toISOString();
    const progressing = { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', lastUpdateTime };
    putDeployment(cluster, { at: now, ready: 1, conditions: [progressing] });
  });
  const [web] = board.rollouts;
  const told = (deadlineAt: number) =>
    draw(shownOf({ ...board, rollouts: [{ ...web!, deadlineAt }] }), { width: 110 }).text.replace(
      /\s+/g,
      ' ',
    );
  expect(web?.deadlineAt).toBeDefined();
  expect(told(start + 151_000 + 90_000)).toContain(
    'updated replicas are available... Its deadline is in 1m 30s',
  );
  expect(told(start)).toContain('Its deadline is over');
});

test('acceptance is asked for once more', async () => {
  const { board } = await boardOf((cluster, now) => putDeployment(cluster, { at: now, ready: 1 }));
  expect(draw(shownOf(board, { asking: true })).text).toContain('The same key again does it.');
});

test('nothing but ASCII where that was asked for', async () => {
  const { board } = await boardOf((cluster, now) => {
    putDeployment(cluster, { at: now, ready: 1, waiting: imagePull });
  });
  expect(draw(shownOf(board), { glyphs: ASCII }).text).toMatch(/^[\x20-\x7e\n]+$/);
});

test('text of the cluster moves no cursor', async () => {
  const hostile = { reason: 'ImagePullBackOff', message: 'not found \u001b[2J\u001b]0;gone\u0007' };
  const { board } = await boardOf((cluster, now) =>
    putDeployment(cluster, { at: now, ready: 1, waiting: hostile }),
  );
  expect(draw(shownOf(board)).text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f]/);
});

test('whoever follows sees what was written down, to its last word', () => {
  const long = 'web: IMAGE_PULL, 1 of 2 new pods: example.com/web:none: not found; 3 of 4 rolled out.';
  const { text } = draw(undefined, { notes: ['Watching 4: 3 of 4 rolled out.', long] });
  expect(text).toContain('02:00:05Z Watching 4: 3 of 4 rolled out.');
  expect(text.replace(/\n +/g, ' ')).toContain(long);
});
