import { randomBytes } from 'node:crypto';
import { podSecurityAdmission } from './api/admission/pod-security.ts';
import { followQuotas, resourceQuotaAdmission } from './api/admission/resource-quota.ts';
import { serviceAccountAdmission } from './api/admission/service-account.ts';
import { startApi } from './api/server.ts';
import { createStore, type Store } from './api/store.ts';
import { createStoreClient } from './api/store-client.ts';
import { createClock, type PracticeClock } from './clock.ts';
import { type Controllers, startControllers } from './controllers/controllers.ts';
import type { KubeletOptions } from './controllers/kubelet.ts';
import { followLog } from './controllers/logs.ts';
import { type WebhookWorld, webhookAdmission } from './controllers/webhooks.ts';
import type { KubeClient } from './kube-client.ts';
import { kubernetesFor } from './kubernetes.ts';
import { STANDARD } from './practice-settings.ts';
import { buildWorld, describeWorld, type WorldOptions } from './world/build-world.ts';

export interface PracticeOptions extends Partial<WorldOptions> {
  /** The N of the Kubernetes 1.N that it plays; one that the mesh runs on unless told. */
  readonly kubernetes?: number;
  /** How many times as fast as a real cluster it works. */
  readonly speed?: number;
  /** A free port of 127.0.0.1 unless told. */
  readonly port?: number;
  /** Makes containers fare otherwise than they would. */
  readonly alter?: NonNullable<KubeletOptions['alter']>;
  /** Makes calls of webhooks fail in ways that objects do not show. */
  readonly interfere?: NonNullable<WebhookWorld['interfere']>;
  /** Lines for whoever looks for a mistake: requests, and attempts of controllers that failed. */
  readonly log?: (line: string) => void;
}

export interface Practice {
  readonly url: string;
  /** YAML, with the administrator's token. */
  readonly kubeconfig: string;
  /** YAML, with the token of somebody who may only look, and not at Secrets. */
  readonly viewerKubeconfig: string;
  readonly client: KubeClient;
  readonly store: Store;
  readonly clock: PracticeClock;
  readonly controllers: Controllers;
  /** What there is, in one line. */
  readonly detail: string;
  stop(): Promise<void>;
}

/** Where Linkerd's policies and the routes that they are for have their kinds. */
const policyGroups: ReadonlySet<string> = new Set(['policy.linkerd.io', 'gateway.networking.k8s.io']);

/** So old are the objects of a new world: an operator's cluster was not born this minute. */
const AGE_MS = 3 * 86_400_000;

/** Starts a practice cluster in this process: its world is up when the promise settles. Throws for an unknown Linkerd release. */
export async function startPractice(options: PracticeOptions = {}): Promise<Practice> {
  const { mesh, size, speed, ha, helm } = { ...STANDARD, ...options };
  const { log } = options;
  const clock = createClock({ speed, start: Date.now() - AGE_MS });
  const store = createStore({ clock, kubernetes: options.kubernetes ?? kubernetesFor(mesh) });
  const client = createStoreClient(store);
  const controllers = await startControllers({
    client,
    clock,
    speed,
    kubelet: {
      ...(options.alter === undefined ? {} : { alter: options.alter }),
      policies: (kind, namespace) =>
        store.registry
          .all()
          .filter(({ kind: each, group }) => each === kind && policyGroups.has(group))
          // Every served version lists the same objects.
          .filter(({ storage }, at, all) => all.findIndex((each) => each.storage === storage) === at)
          .flatMap((info) => store.list(info, { namespace }).items),
    },
    onError: (name, key, message) => log?.(`${name} ${key}: ${message}`),
  });
  const { caches, connectivity } = controllers;
  let stopQuotas: (() => void) | undefined;
  const end = () => {
    stopQuotas?.();
    controllers.stop();
    clock.stop();
  };
  try {
    const { interfere } = options;
    // In the real server's order: what changes a pod, then what judges it, then what counts it.
    store.admit(serviceAccountAdmission(store));
    store.admit(
      webhookAdmission({ caches, clock, connectivity, ...(interfere === undefined ? {} : { interfere }) }),
    );
    store.admit(podSecurityAdmission(store));
    store.admit(resourceQuotaAdmission(store));
    stopQuotas = followQuotas(store);
    await buildWorld({ store, clock, controllers }, { mesh, size, ha, helm });
    const pods = store.resource('v1', 'pods');
    store.hooks.logs = (pod, container, settings) => {
      const read = () => store.peek(pods, pod.metadata.namespace, pod.metadata.name);
      return followLog(read, pod, container, settings, clock, connectivity);
    };
    clock.run();
    controllers.startHeartbeats();
    await controllers.settled();
    const [token, viewerToken] = [
      randomBytes(24).toString('base64url'),
      randomBytes(24).toString('base64url'),
    ];
    const api = await startApi({
      store,
      clock,
      token,
      viewerToken,
      ...(options.port === undefined ? {} : { port: options.port }),
      ...(log === undefined ? {} : { log }),
    });
    return {
      url: api.url,
      kubeconfig: api.kubeconfig,
      viewerKubeconfig: api.viewerKubeconfig ?? '',
      client,
      store,
      clock,
      controllers,
      detail: describeWorld(store, { mesh, size, ha, helm }),
      async stop() {
        end();
        await api.close();
      },
    };
  } catch (error) {
    end();
    throw error;
  }
}
