import type { KubeObject } from '../kube-client.ts';
import { type Control, controllerReference, isStatus, writeStatus } from './control.ts';
import { newSetReplicas, rollingBudget } from './deployment-plan.ts';
import { replicasOf, withCondition } from './deployment-status.ts';
import { canonical, hashOf } from './pods.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const HISTORY = 'deployment.kubernetes.io/revision-history';
/** The annotation with the size that the Deployment had when the set was last scaled. */
export const DESIRED = 'deployment.kubernetes.io/desired-replicas';
/** The annotation with the most pods that the Deployment allowed then, surge included. */
export const MAXIMUM = 'deployment.kubernetes.io/max-replicas';
const HASH = 'pod-template-hash';
const NOT_COPIED = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  HISTORY,
  DESIRED,
  MAXIMUM,
]);

/** The number of the rollout that a ReplicaSet or Deployment is of; 0 when it has none. */
export const revisionOf = (set: KubeObject) => Number(set.metadata.annotations?.[REVISION]) || 0;

/** A set that is not there yet. */
const NOTHING = { spec: { replicas: 0 } } as unknown as KubeObject;

function templateText(template: KubeObject['spec']): string {
  const { [HASH]: _hash, ...labels } = template.metadata?.labels ?? {};
  return canonical({
    ...template,
    metadata: { ...template.metadata, labels, creationTimestamp: undefined },
  });
}

/** The set that has the Deployment's template; the oldest, should there be several. */
export function findNewSet(deployment: KubeObject, sets: readonly KubeObject[]): KubeObject | undefined {
  const wanted = templateText(deployment.spec.template);
  return sets
    .filter((set) => templateText(set.spec.template) === wanted)
    .sort((a, b) => revisionOf(a) - revisionOf(b))[0];
}

/** Makes, or takes up again, the ReplicaSet of a Deployment's template. */
export function newReplicaSets(control: Control) {
  const { caches, client, clock, events } = control;

  const told = (deployment: KubeObject, set: KubeObject, size: number) =>
    events.record(deployment, {
      type: 'Normal',
      reason: 'ScalingReplicaSet',
      message: `Scaled up replica set ${set.metadata.name} from 0 to ${size}`,
      component: 'deployment-controller',
    });

  const setRevision = async (deployment: KubeObject, revision: number): Promise<KubeObject> => {
    if (deployment.metadata.annotations?.[REVISION] === String(revision)) return deployment;
    return client.patch(
      caches.deployments.ref(deployment.metadata.namespace),
      deployment.metadata.name,
      'merge',
      { metadata: { annotations: { [REVISION]: String(revision) } } },
    );
  };

  const note = async (deployment: KubeObject, reason: string, message: string, status = 'True') => {
    const conditions = withCondition(deployment.status?.conditions ?? [], clock, {
      type: 'Progressing',
      status,
      reason,
      message,
    });
    return writeStatus(control, caches.deployments, deployment, { ...deployment.status, conditions });
  };

  const copiedAnnotations = (deployment: KubeObject) =>
    Object.fromEntries(
      Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !NOT_COPIED.has(key)),
    );

  /** How long a pod has to be ready is the Deployment's to say, without a new template. */
  const withMinReady = async (deployment: KubeObject, set: KubeObject): Promise<KubeObject> => {
    const seconds = deployment.spec.minReadySeconds ?? 0;
    if ((set.spec.minReadySeconds ?? 0) === seconds) return set;
    const ref = caches.replicasets.ref(set.metadata.namespace);
    return client.patch(ref, set.metadata.name, 'merge', { spec: { minReadySeconds: seconds } });
  };

  /** The set of the current template, made or taken up again, with the newest revision number. */
  const ensure = async (deployment: KubeObject, sets: readonly KubeObject[]) => {
    const known = findNewSet(deployment, sets);
    const found = known && (await withMinReady(deployment, known));
    const others = sets.filter((set) => set !== known);
    const revision = Math.max(0, ...others.map(revisionOf)) + 1;
    if (found !== undefined) {
      const current = revisionOf(found);
      if (current >= revision) return { deployment: await setRevision(deployment, current), set: found };
      const history = found.metadata.annotations?.[HISTORY];
      const set = await client.patch(
        caches.replicasets.ref(found.metadata.namespace),
        found.metadata.name,
        'merge',
        {
          metadata: {
            annotations: {
              ...copiedAnnotations(deployment),
              [REVISION]: String(revision),
              [HISTORY]: history === undefined ? String(current) : `${history},${current}`,
            },
          },
        },
      );
      const marked = await setRevision(deployment, revision);
      const message = `Found new replica set "${set.metadata.name}"`;
      return { deployment: await note(marked, 'FoundNewReplicaSet', message), set };
    }
    const hash = hashOf(
      JSON.parse(templateText(deployment.spec.template)),
      10,
      deployment.status?.collisionCount ?? 0,
    );
    const budget = rollingBudget(deployment);
    const size = newSetReplicas(
      deployment,
      NOTHING,
      sets.filter((each) => replicasOf(each) > 0),
      budget,
    );
    const set: KubeObject = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${deployment.metadata.name}-${hash}`,
        ...(deployment.metadata.namespace === undefined ? {} : { namespace: deployment.metadata.namespace }),
        labels: { ...deployment.spec.template.metadata?.labels, [HASH]: hash },
        annotations: {
          ...copiedAnnotations(deployment),
          [REVISION]: String(revision),
          [DESIRED]: String(replicasOf(deployment)),
          [MAXIMUM]: String(replicasOf(deployment) + budget.maxSurge),
        },
        ownerReferences: [controllerReference(deployment)],
      },
      spec: {
        replicas: size,
        ...(deployment.spec.minReadySeconds === undefined
          ? {}
          : { minReadySeconds: deployment.spec.minReadySeconds }),
        selector: {
          ...deployment.spec.selector,
          matchLabels: { ...deployment.spec.selector?.matchLabels, [HASH]: hash },
        },
        template: {
          ...deployment.spec.template,
          metadata: {
            ...deployment.spec.template.metadata,
            labels: { ...deployment.spec.template.metadata?.labels, [HASH]: hash },
          },
        },
      },
    };
    let made: KubeObject;
    try {
      made = await client.create(caches.replicasets.ref(set.metadata.namespace), set);
    } catch (error) {
      if (!isStatus(error, 409)) throw error;
      const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
      await writeStatus(control, caches.deployments, deployment, { ...deployment.status, collisionCount });
      throw error;
    }
    if (size > 0) told(deployment, made, size);
    const marked = await setRevision(deployment, revision);
    const message = `Created new replica set "${made.metadata.name}"`;
    return { deployment: await note(marked, 'NewReplicaSetCreated', message), set: made };
  };

  return { ensure, note };
}
