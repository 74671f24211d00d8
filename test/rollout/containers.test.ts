/** Why containers do not serve: images, crashes, init containers, configuration, probes. Each with a case that nearly is one. */
import { describe, expect, test } from 'vitest';
import type { Reason } from '../../src/rollout/model.ts';
import { ago, assessed, deployment, event, type Json, OLD, pod, running, waiting } from './objects.ts';

const terminated = (exitCode: number, reason = 'Error', message = ''): Json => ({
  terminated: { exitCode, reason, finishedAt: ago(20), ...(message === '' ? {} : { message }) },
});

/** A new pod that is not ready, with these statuses; `init` and `sidecars` are init containers. */
function broken(
  containerStatuses: readonly Json[],
  {
    init = [],
    sidecars = [],
    name = 'web-a',
  }: { init?: readonly Json[]; sidecars?: readonly Json[]; name?: string } = {},
): Json {
  const image = (each: Json) => ({ name: each.name, image: `shop/${each.name}:2` });
  return pod(name, {
    ready: false,
    spec: {
      containers: containerStatuses.map((each) => ({
        ...image(each),
        readinessProbe: { initialDelaySeconds: 2 },
      })),
      initContainers: [
        ...init.map(image),
        ...sidecars.map((each) => ({ ...image(each), restartPolicy: 'Always' })),
      ],
    },
    status: {
      phase: 'Pending',
      containerStatuses,
      initContainerStatuses: [...init, ...sidecars],
      conditions: [
        { type: 'PodScheduled', status: 'True', lastTransitionTime: ago(100) },
        { type: 'Ready', status: 'False', lastTransitionTime: ago(100) },
      ],
    },
  });
}

function reasons(pods: readonly Json[], events: readonly Json[] = []): readonly Reason[] {
  return assessed({ pods, events }).reasons;
}
const summary = (pods: readonly Json[], events: readonly Json[] = []) =>
  reasons(pods, events).map(({ code, kind, message }) => [code, kind, message]);

const placed = (object: Json, seconds: number): Json => ({
  ...object,
  status: {
    ...object.status,
    conditions: [{ type: 'PodScheduled', status: 'True', lastTransitionTime: ago(seconds) }],
  },
});

describe('images', () => {
  const pull = (reason: string, message = '', image = 'app') => broken([waiting(image, reason, message)]);
  const prefix =
    'rpc error: code = NotFound desc = failed to pull and unpack image "shop/app:2": failed to resolve reference "shop/app:2":';

  test.each([
    [`${prefix} shop/app:2: not found`, 'not found'],
    ['manifest unknown: manifest unknown', 'manifest unknown'],
  ])('that are not there need a human at once: %s', (message, words) => {
    expect(summary([placed(pull('ErrImagePull', message), 3)])).toEqual([['IMAGE_PULL', 'doomed', words]]);
  });

  test('the name of an image is no answer of its registry', () => {
    const name = 'timeout.example.com/forbidden/app:403';
    const told = `failed to resolve reference "${name}": ${name}: not found`;
    const one = pull('ErrImagePull', told);
    const named = { ...one, spec: { ...one.spec, containers: [{ name: 'app', image: name }] } };
    expect(reasons([named])).toMatchObject([{ kind: 'doomed', message: 'not found', subject: name }]);
  });

  test.each([
    ['failed to fetch anonymous token: 401 Unauthorized', 'the registry asks for credentials'],
    [
      'pull access denied, repository does not exist or may require authorization',
      'the registry asks for credentials',
    ],
    [
      '429 Too Many Requests: toomanyrequests: You have reached your pull rate limit',
      'the registry limits the rate of pulls',
    ],
    ['dial tcp: lookup registry.example on 10.96.0.10:53: no such host', 'the registry cannot be reached'],
    ['something else of web-a', 'something else of web-a'],
  ])('for other reasons get a minute: %s', (message, words) => {
    expect(summary([placed(pull('ErrImagePull', message), 40)])).toEqual([
      ['IMAGE_PULL', 'transient', words],
    ]);
    expect(summary([placed(pull('ErrImagePull', message), 70)])).toEqual([['IMAGE_PULL', 'doomed', words]]);
  });

  test('with a bad name, or that may not be pulled, need a change', () => {
    expect(reasons([pull('InvalidImageName')])).toMatchObject([{ kind: 'doomed', final: true }]);
    expect(reasons([pull('ErrImageNeverPull')])).toMatchObject([{ kind: 'doomed', final: true }]);
    expect(reasons([pull('ContainerCreating')])).toEqual([]);
  });

  test('one pod tells for all, and they are one reason', () => {
    const pods = ['web-a', 'web-b', 'web-c', 'web-d'].map((name, index) =>
      broken(
        [
          waiting(
            'app',
            index === 2 ? 'ErrImagePull' : 'ImagePullBackOff',
            index === 2 ? 'x: not found' : '',
          ),
        ],
        { name },
      ),
    );
    expect(reasons(pods)).toMatchObject([
      {
        code: 'IMAGE_PULL',
        subject: 'shop/app:2',
        message: 'not found',
        count: 4,
        pods: ['web-a', 'web-b', 'web-c'],
      },
    ]);
  });

  test('an event tells what the state does not', () => {
    const told = event('Pod', 'web-a', 'Failed', 'Failed to pull image "shop/app:2": manifest unknown');
    expect(summary([pull('ImagePullBackOff')], [told])).toEqual([
      ['IMAGE_PULL', 'doomed', 'manifest unknown'],
    ]);
  });

  test('of init containers and sidecars too', () => {
    const idle = waiting('app', 'PodInitializing');
    const init = waiting(
      'linkerd-init',
      'ImagePullBackOff',
      'Back-off pulling image "x": ErrImagePull: x: not found',
    );
    expect(reasons([broken([idle], { init: [init] })])).toMatchObject([{ subject: 'shop/linkerd-init:2' }]);
    const view = assessed({ pods: [broken([idle], { sidecars: [init] })] }).revisions[0]?.pods[0];
    expect(view).toMatchObject({
      status: 'Init:ImagePullBackOff',
      container: 'linkerd-init',
      readyContainers: '0/2',
    });
  });

  test('of old pods are no reason', () => {
    const old = pod('web-o', { hash: OLD, ready: false, status: pull('ErrImagePull', 'not found').status });
    expect(assessed({ pods: [old, pod('web-a')] })).toMatchObject({ phase: 'PROGRESSING', reasons: [] });
  });
});

describe('crashes', () => {
  const looping = (last: Json, change: Json = {}) =>
    waiting('app', 'CrashLoopBackOff', 'back-off 10s', { restartCount: 3, lastState: last, ...change });

  test('in back-off need a human, with the exit code and its last words', () => {
    const rollout = assessed({ pods: [broken([looping(terminated(1, 'Error', 'no DATABASE_URL'))])] });
    expect(rollout).toMatchObject({
      phase: 'STUCK',
      reasons: [
        {
          code: 'CRASH_LOOP',
          kind: 'doomed',
          subject: 'app',
          message: 'exit code 1: no DATABASE_URL',
          evidence: ['Pod/web-a status.containerStatuses[app].state.waiting.reason=CrashLoopBackOff'],
        },
      ],
    });
    expect(rollout.revisions[0]?.pods[0]).toMatchObject({ state: 'failing', container: 'app', restarts: 3 });
  });

  test('a container that runs again may make it, the first time', () => {
    const again = (restartCount: number, seconds = 5) =>
      running('app', {
        ready: false,
        restartCount,
        lastState: terminated(1),
        state: { running: { startedAt: ago(seconds) } },
      });
    expect(summary([broken([again(1)])])).toEqual([['CRASH_LOOP', 'transient', 'exit code 1']]);
    expect(summary([broken([again(2)])])).toEqual([['CRASH_LOOP', 'doomed', 'exit code 1']]);
    expect(summary([broken([{ ...again(2), ready: true }])])).toEqual([]);
    expect(summary([broken([again(2, 65)])])).toMatchObject([
      ['READINESS_FAILING', 'transient', expect.anything()],
    ]);
    const completed = { ...again(1), lastState: terminated(0, 'Completed') };
    expect(summary([broken([completed])])).toEqual([]);
  });

  test('a container that ends without an error, but is meant to run, is one too', () => {
    expect(reasons([broken([looping(terminated(0, 'Completed'))])])).toMatchObject([
      { code: 'CRASH_LOOP', message: 'exit code 0', advice: expect.stringContaining('keep running') },
    ]);
  });

  test('for want of memory have a code of their own', () => {
    expect(reasons([broken([looping(terminated(137, 'OOMKilled'))])])).toMatchObject([
      { code: 'OOM_KILLED', kind: 'doomed', message: 'killed for want of memory' },
    ]);
    expect(summary([broken([looping(terminated(137))])])).toEqual([
      ['CRASH_LOOP', 'doomed', 'exit code 137, killed by SIGKILL'],
    ]);
  });

  test('exit code 128 gets a minute', () => {
    const pods = (seconds: number) => [
      placed(broken([looping(terminated(128, 'StartError', 'exec: "x": not found'))]), seconds),
    ];
    expect(summary(pods(40))[0]?.[1]).toBe('transient');
    expect(summary(pods(70))[0]?.[1]).toBe('doomed');
  });

  test('of a native sidecar are seen among the init containers', () => {
    const proxy = { ...looping(terminated(1)), name: 'linkerd-proxy' };
    const rollout = assessed({ pods: [broken([waiting('app', 'PodInitializing')], { sidecars: [proxy] })] });
    expect(rollout.reasons).toMatchObject([
      {
        code: 'CRASH_LOOP',
        subject: 'linkerd-proxy',
        evidence: [
          'Pod/web-a status.initContainerStatuses[linkerd-proxy].state.waiting.reason=CrashLoopBackOff',
        ],
      },
    ]);
    expect(rollout.revisions[0]?.pods[0]?.status).toBe('Init:CrashLoopBackOff');
  });

  test('by a probe say so', () => {
    const killed = event(
      'Pod',
      'web-a',
      'Unhealthy',
      'Liveness probe failed: Get "http://10.1.2.3:8080/live": context deadline exceeded',
      {
        lastTimestamp: ago(25),
      },
    );
    expect(summary([broken([looping(terminated(137))])], [killed])).toEqual([
      [
        'CRASH_LOOP',
        'doomed',
        'exit code 137, killed by SIGKILL: Liveness probe failed: Get "http://…:8080/live": context deadline exceeded',
      ],
    ]);
  });
});

describe('init containers', () => {
  const idle = waiting('app', 'PodInitializing');
  const failed = (name: string, state: Json, exitCode = 1): Json => ({
    name,
    ready: false,
    restartCount: 2,
    state,
    lastState: terminated(exitCode),
  });

  test.each([
    ['ended with an error', failed('migrate', terminated(1))],
    ['in back-off', failed('migrate', { waiting: { reason: 'CrashLoopBackOff' } })],
  ])('that fail are one reason whether %s', (_, init) => {
    expect(summary([broken([idle], { init: [init] })])).toEqual([['INIT_FAILED', 'doomed', 'exit code 1']]);
  });

  test('that run, or are done, are none', () => {
    const busy = { ...failed('migrate', { running: { startedAt: ago(5) } }), lastState: {} };
    expect(summary([broken([idle], { init: [busy] })])).toEqual([]);
    expect(summary([broken([idle], { init: [failed('migrate', terminated(0, 'Completed'))] })])).toEqual([]);
  });

  test('of Linkerd come with what to look at', () => {
    expect(reasons([broken([idle], { init: [failed('linkerd-init', terminated(1))] })])[0]?.advice).toMatch(
      /NET_ADMIN/,
    );
    const validator = failed('linkerd-network-validator', terminated(95), 95);
    expect(reasons([broken([idle], { init: [validator] })])[0]).toMatchObject({
      code: 'INIT_FAILED',
      message: 'exit code 95, traffic is not redirected',
      advice: expect.stringMatching(/CNI plugin/),
    });
  });
});

describe('configuration', () => {
  const state = (reason: string, message: string) => summary([broken([waiting('app', reason, message)])]);

  test('that names what is not there needs a human', () => {
    expect(state('CreateContainerConfigError', 'secret "db" not found')).toEqual([
      ['CONFIG_ERROR', 'doomed', 'secret "db" not found'],
    ]);
    expect(state('RunContainerError', 'exec: "serve": not found')).toMatchObject([
      ['CONFIG_ERROR', 'doomed', expect.anything()],
    ]);
    expect(state('PostStartHookError', 'hook failed')).toMatchObject([
      ['CONFIG_ERROR', 'doomed', 'hook failed'],
    ]);
  });

  test('that the kubelet has not read yet does not', () => {
    expect(state('CreateContainerConfigError', 'failed to sync configmap cache: timed out')).toMatchObject([
      ['CONFIG_ERROR', 'transient', expect.anything()],
    ]);
    expect(state('ContainerCreating', '')).toEqual([]);
  });
});

describe('proxies', () => {
  const proxy = (change: Json = {}) => running('linkerd-proxy', { ready: false, started: false, ...change });
  const unhealthy = event(
    'Pod',
    'web-a',
    'Unhealthy',
    'Readiness probe failed: HTTP probe failed with statuscode: 503',
    {
      involvedObject: {
        kind: 'Pod',
        namespace: 'shop',
        name: 'web-a',
        uid: 'u-web-a',
        fieldPath: 'spec.initContainers{linkerd-proxy}',
      },
    },
  );
  const startedAgo = (seconds: number) => ({ state: { running: { startedAt: ago(seconds) } } });
  const pods = (seconds: number) => [
    broken([waiting('app', 'PodInitializing')], { sidecars: [proxy(startedAgo(seconds))] }),
  ];

  test('that do not become ready are given their probe’s delay and a minute', () => {
    expect(summary(pods(30), [unhealthy])).toEqual([
      ['PROXY_NOT_READY', 'transient', 'HTTP probe failed with statuscode: 503'],
    ]);
    expect(summary(pods(65), [unhealthy])).toEqual([
      ['PROXY_NOT_READY', 'doomed', 'HTTP probe failed with statuscode: 503'],
    ]);
    expect(reasons(pods(65))[0]).toMatchObject({
      code: 'PROXY_NOT_READY',
      advice: expect.stringMatching(/linkerd-identity/),
    });
    expect(summary(pods(30))).toEqual([]);
    const state = (seconds: number) =>
      assessed({ pods: pods(seconds), events: [unhealthy] }).revisions[0]?.pods[0]?.state;
    expect([state(30), state(65)]).toEqual(['starting', 'failing']);
  });

  test('the delay of the probe counts', () => {
    const main = proxy(startedAgo(61));
    expect(summary([broken([main])])).toEqual([]);
    expect(summary([broken([proxy(startedAgo(63))])])).toMatchObject([
      ['PROXY_NOT_READY', 'doomed', expect.anything()],
    ]);
  });

  test('for which linkerd-await waited in vain', () => {
    expect(
      summary([broken([waiting('linkerd-proxy', 'PostStartHookError', 'command linkerd-await: exit 69')])]),
    ).toEqual([['PROXY_NOT_READY', 'doomed', 'command linkerd-await: exit 69']]);
  });

  test('that start again and again for want of an identity are no mere crash', () => {
    const again = proxy({ restartCount: 2, lastState: terminated(137) });
    expect(
      summary([broken([waiting('app', 'PodInitializing')], { sidecars: [again] })], [unhealthy]),
    ).toMatchObject([['PROXY_NOT_READY', expect.anything(), expect.anything()]]);
  });
});

describe('probes', () => {
  const app = (change: Json = {}) => broken([running('app', { ready: false, ...change })]);
  const tells = (message: string, at = 10) => [
    event('Pod', 'web-a', 'Unhealthy', message, { lastTimestamp: ago(at) }),
  ];

  test('of readiness', () => {
    const message =
      'Readiness probe failed: Get "http://10.244.1.7:8080/ready": read tcp 10.244.1.1:49822->10.244.1.7:8080: read: connection reset by peer';
    const [reason] = reasons([app()], tells(message));
    expect(reason).toMatchObject({
      code: 'READINESS_FAILING',
      kind: 'transient',
      subject: 'app',
      message: 'Get "http://…:8080/ready": read tcp …:8080: read: connection reset by peer',
    });
    expect(assessed({ pods: [app()], events: tells(message) }).phase).toBe('PROGRESSING');
  });

  test('of readiness without an event, after a minute', () => {
    expect(summary([app()])).toEqual([['READINESS_FAILING', 'transient', 'it runs and is not ready']]);
    expect(summary([app({ state: { running: { startedAt: ago(50) } } })])).toEqual([]);
  });

  test('of an earlier run of the container are over', () => {
    const restarted = { state: { running: { startedAt: ago(30) } } };
    expect(summary([app(restarted)], tells('Readiness probe failed: x', 40))).toEqual([]);
  });

  test('of startup', () => {
    expect(summary([app({ started: false })], tells('Startup probe failed: connection refused'))).toEqual([
      ['STARTUP_FAILING', 'transient', 'connection refused'],
    ]);
  });

  test('of liveness', () => {
    const restarted = {
      restartCount: 1,
      lastState: terminated(137),
      state: { running: { startedAt: ago(10) } },
    };
    expect(summary([app(restarted)], tells('Liveness probe failed: timeout', 15))).toEqual([
      ['LIVENESS_KILLED', 'transient', 'timeout'],
    ]);
    expect(summary([app(restarted)], tells('Liveness probe failed: timeout', 85))).toMatchObject([
      ['CRASH_LOOP', 'transient', expect.anything()],
    ]);
  });

  test('and gates', () => {
    const gated = pod('web-a', {
      ready: false,
      status: {
        containerStatuses: [running('app')],
        conditions: [
          {
            type: 'Ready',
            status: 'False',
            reason: 'ReadinessGatesNotReady',
            message: 'corresponding condition of pod readiness gate "lb" does not exist.',
          },
        ],
      },
    });
    expect(reasons([gated])).toMatchObject([{ code: 'READINESS_FAILING', title: 'readiness gate closed' }]);
  });
});

test('the strongest reason comes first, and one pod may have several', () => {
  const one = broken(
    [
      waiting('app', 'CrashLoopBackOff', '', { restartCount: 2, lastState: terminated(1) }),
      running('linkerd-proxy', { ready: false }),
    ],
    { name: 'web-a' },
  );
  const two = broken([waiting('app', 'CreateContainerConfigError', 'secret "x" not found')], {
    name: 'web-b',
  });
  const rollout = assessed({ workload: deployment(), pods: [two, one] });
  expect(rollout.reasons.map((each) => [each.code, each.pods])).toEqual([
    ['CRASH_LOOP', ['web-a']],
    ['CONFIG_ERROR', ['web-b']],
    ['PROXY_NOT_READY', ['web-a']],
  ]);
  expect(rollout.revisions[0]?.pods.map((each) => each.code)).toEqual(['CRASH_LOOP', 'CONFIG_ERROR']);
});
