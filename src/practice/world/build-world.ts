import { controlPlaneManifests } from '../../linkerd/control-plane.ts';
import { crdManifests } from '../../linkerd/crds.ts';
import { extensionManifests, extensionsOf } from '../../linkerd/extensions.ts';
import { factsOf } from '../../linkerd/facts.ts';
import type { Store } from '../api/store.ts';
import { helmMesh } from '../charts/helm-mesh.ts';
import type { PracticeClock } from '../clock.ts';
import type { Controllers } from '../controllers/controllers.ts';
import type { KubeObject } from '../kube-client.ts';
import { applications, teams } from './applications.ts';
import { nodeObject } from './nodes.ts';
import { systemWorkloads } from './system.ts';

export interface WorldOptions {
  /** A known Linkerd release, or `none` for a cluster without a mesh. */
  readonly mesh: string;
  /** `small` (about 40 pods), or about how many pods. */
  readonly size: 'small' | number;
  readonly ha?: boolean;
  /** The mesh was installed by Helm, and not by the command line tool. */
  readonly helm?: boolean | undefined;
}

/** The pods of a small world, without a control plane's replicas: what `teams` has to add to. */
const SMALL = 40;
const PODS_PER_NODE = 80;

function nodeCount(size: WorldOptions['size']): number {
  return size === 'small' ? 3 : Math.max(3, Math.ceil(size / PODS_PER_NODE));
}

/** The manifests of a world, in the stages in which it was set up: each is up before the next one comes. */
async function worldStages(options: WorldOptions, kubernetes: number, from: Date): Promise<KubeObject[][]> {
  const { mesh, size, ha = false, helm = false } = options;
  const work = [...applications(), ...(size === 'small' ? [] : teams(Math.max(size - SMALL, 0)))];
  if (mesh === 'none') return [systemWorkloads(kubernetes), work];
  if (helm) return [systemWorkloads(kubernetes), ...(await helmMesh(mesh, { ha, from })), work];
  const { major } = factsOf(mesh);
  const viz = extensionsOf(mesh).includes('viz') ? await extensionManifests('viz', mesh, { from }) : [];
  return [
    systemWorkloads(kubernetes),
    crdManifests(mesh, { gatewayApi: major >= 18 }),
    await controlPlaneManifests(mesh, { ha, from }),
    viz,
    work,
  ];
}

/** Puts an object in as `kubectl apply` does, with its note of what was applied; one with Helm's mark as Helm does. */
function apply(store: Store, object: KubeObject): void {
  const info = store.registry.byKind(object.apiVersion, object.kind);
  // Objects of kinds that this cluster does not serve in any version, such as pod security policies on a newer one.
  if (info === undefined || !store.registry.all().some(({ storage }) => storage === info.storage)) return;
  const { namespace, name } = object.metadata;
  if (store.peek(info, namespace, name) !== undefined) return;
  if (object.metadata.labels?.['app.kubernetes.io/managed-by'] === 'Helm') {
    store.create(info, namespace, object, { fieldManager: 'helm' });
    return;
  }
  const applied = `${JSON.stringify(object)}\n`;
  const annotations = {
    ...object.metadata.annotations,
    'kubectl.kubernetes.io/last-applied-configuration': applied,
  };
  store.create(
    info,
    namespace,
    { ...object, metadata: { ...object.metadata, annotations } },
    { fieldManager: 'kubectl-client-side-apply' },
  );
}

/** What the manual has an operator do before an install whose injector fails closed: kube-system must never wait for it. */
function excludeKubeSystem(store: Store): void {
  const namespaces = store.resource('v1', 'namespaces');
  const system = store.peek(namespaces, undefined, 'kube-system');
  if (system === undefined) return;
  const labels = { ...system.metadata.labels, 'config.linkerd.io/admission-webhooks': 'disabled' };
  store.update(namespaces, undefined, { ...system, metadata: { ...system.metadata, labels } });
}

/** How far the clock may run for one stage to come up. */
const STAGE_MS = 120_000;

/**
 * Fills an empty cluster, with the clock standing still: the controllers bring everything up as they would, only that nothing
 * takes any time. At the end all pods run, and no event tells how they came to.
 */
export async function buildWorld(
  { store, clock, controllers }: { store: Store; clock: PracticeClock; controllers: Controllers },
  options: WorldOptions,
): Promise<void> {
  controllers.recordEvents(false);
  controllers.kubelet.pace = 0;
  const { kubernetes } = store.registry;
  const nodes = store.resource('v1', 'nodes');
  for (let index = 0; index < nodeCount(options.size); index += 1) {
    store.create(nodes, undefined, nodeObject(index, clock.now(), { kubernetes }));
  }
  if (options.ha === true && options.mesh !== 'none') excludeKubeSystem(store);
  for (const stage of await worldStages(options, kubernetes, new Date(clock.now()))) {
    for (const object of stage) apply(store, object);
    await controllers.settled();
    const end = clock.now() + STAGE_MS;
    for (let next = clock.next(); next !== undefined && next <= end; next = clock.next()) {
      clock.moveTo(next);
      await controllers.settled();
    }
  }
  controllers.kubelet.pace = 1;
  controllers.recordEvents(true);
}

/** E.g. `stable-2.13.7, 3 nodes, 8 namespaces, 38 pods`. */
export function describeWorld(store: Store, options: WorldOptions): string {
  const count = (resource: string) => store.list(store.resource('v1', resource)).items.length;
  const mesh =
    options.mesh === 'none'
      ? 'no mesh'
      : `${options.mesh}${options.ha === true ? ' (HA)' : ''}${options.helm === true ? ' by Helm' : ''}`;
  return `${mesh}, ${count('nodes')} nodes, ${count('namespaces')} namespaces, ${count('pods')} pods`;
}
