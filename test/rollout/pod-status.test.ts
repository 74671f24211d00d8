/** What kubectl shows in its columns READY, STATUS and RESTARTS; `test/cluster/rollout-words.test.ts` asks a real server. */
import { expect, test } from 'vitest';
import { podColumns } from '../../src/rollout/pod-status.ts';
import { readPod } from '../../src/rollout/read-pod.ts';
import { ago, type Json, pod, running, waiting } from './objects.ts';

const ended = (name: string, exitCode: number, rest: Json = {}): Json => ({
  name,
  ready: false,
  restartCount: 0,
  state: { terminated: { exitCode, ...rest } },
});
const idle = waiting('app', 'PodInitializing');
const initialised = { type: 'Initialized', status: 'True' };
const isReady = { type: 'Ready', status: 'True' };

interface Shape {
  readonly init?: readonly Json[];
  readonly sidecars?: readonly Json[];
  readonly main?: readonly Json[];
  readonly status?: Json;
  readonly metadata?: Json;
}

function columns({
  init = [],
  sidecars = [],
  main = [running('app')],
  status = {},
  metadata = {},
}: Shape): string {
  const named = (each: Json) => ({ name: each.name });
  const object = pod('web-a', {
    metadata,
    spec: {
      initContainers: [
        ...init.map(named),
        ...sidecars.map((each) => ({ ...named(each), restartPolicy: 'Always' })),
      ],
      containers: main.map(named),
    },
    status: {
      initContainerStatuses: [...init, ...sidecars],
      containerStatuses: main,
      conditions: [initialised, isReady],
      ...status,
    },
  });
  const { ready, status: word, restarts } = podColumns(readPod(object)!);
  return `${ready} ${word} ${restarts}`;
}
const initialising: Json = { phase: 'Pending', conditions: [] };

test.each<readonly [string, Shape, string]>([
  ['runs', {}, '1/1 Running 0'],
  ['has no node yet', { status: { ...initialising, containerStatuses: [] } }, '0/1 Pending 0'],
  [
    'waits behind a gate',
    {
      status: {
        phase: 'Pending',
        containerStatuses: [],
        conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }],
      },
    },
    '0/1 SchedulingGated 0',
  ],
  [
    'initialises',
    {
      init: [running('a', { ready: false }), waiting('b', 'PodInitializing')],
      main: [idle],
      status: initialising,
    },
    '0/1 Init:0/2 0',
  ],
  [
    'is half initialised',
    { init: [ended('a', 0), running('b', { ready: false })], main: [idle], status: initialising },
    '0/1 Init:1/2 0',
  ],
  [
    'fails to initialise',
    { init: [ended('a', 1, { reason: 'Error' })], main: [idle], status: initialising },
    '0/1 Init:Error 0',
  ],
  [
    'fails to initialise without a word',
    { init: [ended('a', 2)], main: [idle], status: initialising },
    '0/1 Init:ExitCode:2 0',
  ],
  [
    'was killed while it initialised',
    { init: [ended('a', 137, { signal: 9 })], main: [idle], status: initialising },
    '0/1 Init:Signal:9 0',
  ],
  [
    'crashes while it initialises',
    { init: [waiting('a', 'CrashLoopBackOff', '', { restartCount: 3 })], main: [idle], status: initialising },
    '0/1 Init:CrashLoopBackOff 3',
  ],
  [
    'has a sidecar that runs',
    {
      sidecars: [running('linkerd-proxy', { restartCount: 2 })],
      main: [running('app', { restartCount: 1 })],
    },
    '2/2 Running 3',
  ],
  [
    'has a sidecar that starts',
    {
      sidecars: [running('linkerd-proxy', { started: false, ready: false })],
      main: [idle],
      status: initialising,
    },
    '0/2 Init:0/1 0',
  ],
  [
    'forgets the restarts of init containers',
    { init: [ended('a', 0, { reason: 'Completed' })].map((each) => ({ ...each, restartCount: 4 })) },
    '1/1 Running 0',
  ],
  [
    'crashes',
    {
      main: [waiting('app', 'CrashLoopBackOff', '', { restartCount: 5 })],
      status: { conditions: [initialised] },
    },
    '0/1 CrashLoopBackOff 5',
  ],
  [
    'tells of the first container that has trouble',
    { main: [waiting('a', 'ErrImagePull'), waiting('b', 'CrashLoopBackOff')] },
    '0/2 ErrImagePull 0',
  ],
  [
    'is completed',
    { main: [ended('app', 0, { reason: 'Completed' })], status: { phase: 'Succeeded' } },
    '0/1 Completed 0',
  ],
  ['is completed in part', { main: [ended('a', 0, { reason: 'Completed' }), running('b')] }, '1/2 Running 0'],
  [
    'is completed in part, and not ready',
    { main: [ended('a', 0, { reason: 'Completed' }), running('b')], status: { conditions: [initialised] } },
    '1/2 NotReady 0',
  ],
  [
    'failed behind one that is completed',
    {
      main: [ended('a', 0, { reason: 'Completed' }), ended('b', 1, { reason: 'Error' })],
      status: { conditions: [initialised] },
    },
    '0/2 Error 0',
  ],
  ['was evicted', { status: { phase: 'Failed', reason: 'Evicted', containerStatuses: [] } }, '0/1 Evicted 0'],
  ['terminates', { metadata: { deletionTimestamp: ago(1) } }, '1/1 Terminating 0'],
  [
    'is over and being deleted',
    {
      metadata: { deletionTimestamp: ago(1) },
      status: { phase: 'Failed', reason: 'Evicted', containerStatuses: [] },
    },
    '0/1 Evicted 0',
  ],
  [
    'is lost with its node',
    { metadata: { deletionTimestamp: ago(1) }, status: { reason: 'NodeLost' } },
    '1/1 Unknown 0',
  ],
])('a pod that %s', (_, shape, expected) => {
  expect(columns(shape)).toBe(expected);
});
