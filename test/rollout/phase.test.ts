import { expect, test } from 'vitest';
import { assessed, deployment, NEW, OLD, pod, progressing, waiting } from './objects.ts';

test('a rollout in the middle is in progress, with its new pods first', () => {
  const rollout = assessed({
    pods: [pod('web-a'), pod('web-b', { hash: OLD }), pod('web-c', { hash: OLD })],
  });
  expect(rollout).toMatchObject({
    phase: 'PROGRESSING',
    settled: false,
    kubectl: {
      message: 'Waiting for deployment "web" rollout to finish: 1 out of 3 new replicas have been updated...',
    },
    progress: { desired: 3, updated: 1, newReady: 1 },
    reasons: [],
  });
  expect(rollout.revisions.map((each) => [each.name, each.current, each.pods.length])).toEqual([
    [`web-${NEW}`, true, 1],
    [`web-${OLD}`, false, 2],
  ]);
});

test('an image that is not there makes it stuck, and says so', () => {
  const message =
    'Back-off pulling image "shop/web:2": ErrImagePull: rpc error: code = NotFound desc = not found';
  const broken = pod('web-a', {
    ready: false,
    status: { phase: 'Pending', containerStatuses: [waiting('app', 'ImagePullBackOff', message)] },
  });
  const rollout = assessed({ pods: [broken] });
  expect(rollout.phase).toBe('STUCK');
  expect(rollout.reasons[0]).toMatchObject({
    code: 'IMAGE_PULL',
    kind: 'doomed',
    subject: 'shop/web:2',
    message: 'not found',
    count: 1,
    pods: ['web-a'],
  });
  expect(rollout.revisions[0]?.pods[0]).toMatchObject({
    state: 'failing',
    status: 'ImagePullBackOff',
    code: 'IMAGE_PULL',
  });
});

test('done when kubectl says done', () => {
  const status = {
    replicas: 3,
    updatedReplicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
    conditions: [progressing('True', 'NewReplicaSetAvailable')],
  };
  const rollout = assessed({
    workload: deployment({ status }),
    pods: [pod('web-a'), pod('web-b'), pod('web-c')],
  });
  expect(rollout).toMatchObject({ phase: 'DONE', settled: true, good: true, reasons: [] });
});
