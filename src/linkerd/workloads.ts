import { appContainer } from './app-container.ts';
import { factsOf, type WorkloadFact } from './facts.ts';
import {
  COMPONENT,
  CONTROL_PLANE_NS,
  controlPlaneLabels,
  createdBy,
  type Manifest,
  type RenderContext,
} from './manifest.ts';
import { initContainer, PROXY_CONTAINER, proxyContainer, proxyPodMeta, proxyVolumes } from './proxy.ts';

/** What a high-availability install has its own containers request (values-ha.yaml: `controllerResources`). */
const HA_RESOURCES = { requests: { cpu: '100m', memory: '50Mi' }, limits: { memory: '250Mi' } };

/** The component a workload is: `destination` for `linkerd-destination`. */
const componentOf = (name: string): string => name.replace(/^linkerd-/, '');

const serviceAccountOf = (component: string): string => `linkerd-${component}`;

function podTemplate(
  fact: WorkloadFact,
  context: RenderContext,
  extra: Record<string, string>,
  anchorHash: string,
) {
  const component = componentOf(fact.name);
  const meta = proxyPodMeta(context, anchorHash);
  const proxyImage = [...(fact.init ?? []), ...fact.containers].find(
    ([name]) => name === PROXY_CONTAINER,
  )?.[1];
  const local = component === 'destination' || component === 'identity' ? component : undefined;
  const proxy = (native: boolean) =>
    proxyContainer({
      ...context,
      proxyImage: proxyImage ?? '',
      native,
      ...(local === undefined ? {} : { localTo: local }),
    });
  const skip = context.major >= 13 ? '443,6443' : '443';
  return {
    metadata: {
      labels: {
        [COMPONENT]: component,
        ...meta.labels,
        'linkerd.io/workload-ns': context.namespace,
        'linkerd.io/proxy-deployment': fact.name,
      },
      annotations: { ...meta.annotations, ...extra },
    },
    spec: {
      serviceAccountName: serviceAccountOf(component),
      initContainers: (fact.init ?? []).map(([name, image]) =>
        name === PROXY_CONTAINER ? proxy(true) : initContainer(image, context.major, skip),
      ),
      containers: fact.containers.map(([name, image]) =>
        name === PROXY_CONTAINER
          ? proxy(false)
          : {
              ...appContainer(name, image, context.major),
              ...(context.ha ? { resources: HA_RESOURCES } : {}),
            },
      ),
      ...(context.ha
        ? {
            affinity: {
              podAntiAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: [
                  {
                    labelSelector: { matchLabels: { [COMPONENT]: component } },
                    topologyKey: 'kubernetes.io/hostname',
                  },
                ],
              },
            },
          }
        : {}),
      nodeSelector: { 'kubernetes.io/os': 'linux' },
      volumes: proxyVolumes(context.major),
    },
  };
}

function deployment(
  fact: WorkloadFact,
  context: RenderContext,
  podAnnotations: Record<string, string>,
  anchorHash: string,
  replicas: number | undefined,
): Manifest {
  const component = componentOf(fact.name);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: fact.name,
      namespace: context.namespace,
      annotations: createdBy(context.version),
      labels: {
        'app.kubernetes.io/name': component,
        'app.kubernetes.io/part-of': 'Linkerd',
        'app.kubernetes.io/version': context.version,
        ...controlPlaneLabels(context, component),
      },
    },
    spec: {
      replicas: replicas ?? (context.ha ? fact.haReplicas : fact.replicas) ?? 1,
      selector: {
        matchLabels: {
          [COMPONENT]: component,
          ...(component === 'proxy-injector'
            ? {}
            : { [CONTROL_PLANE_NS]: context.namespace, 'linkerd.io/proxy-deployment': fact.name }),
        },
      },
      ...(context.ha
        ? { strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: '25%' } } }
        : {}),
      template: podTemplate(fact, context, podAnnotations, anchorHash),
    },
  };
}

function heartbeat(fact: WorkloadFact, context: RenderContext, minute: number): Manifest {
  const labels = controlPlaneLabels(context, 'heartbeat');
  return {
    apiVersion: context.major >= 12 ? 'batch/v1' : 'batch/v1beta1',
    kind: 'CronJob',
    metadata: {
      name: fact.name,
      namespace: context.namespace,
      labels: {
        'app.kubernetes.io/name': 'heartbeat',
        'app.kubernetes.io/part-of': 'Linkerd',
        'app.kubernetes.io/version': context.version,
        ...labels,
      },
      annotations: createdBy(context.version),
    },
    spec: {
      concurrencyPolicy: 'Replace',
      // Like the real one: ten minutes from now, once a day.
      schedule: `${minute % 60} 0 * * *`,
      successfulJobsHistoryLimit: 0,
      jobTemplate: {
        spec: {
          template: {
            metadata: { labels: { [COMPONENT]: 'heartbeat' }, annotations: createdBy(context.version) },
            spec: {
              serviceAccountName: serviceAccountOf('heartbeat'),
              restartPolicy: 'Never',
              containers: fact.containers.map(([name, image]) => ({
                name,
                image,
                imagePullPolicy: 'IfNotPresent',
                args: [name],
              })),
            },
          },
        },
      },
    },
  };
}

interface WorkloadOptions {
  /** Changes when webhook certificates change, so that their users restart. */
  readonly configChecksum: string;
  readonly anchorHash: string;
  readonly heartbeatMinute: number;
  /** `controllerReplicas`, where the stored values say so. */
  readonly replicas?: number;
}

/** A Deployment or CronJob of the control plane. */
export function workloadManifest(name: string, context: RenderContext, options: WorkloadOptions): Manifest {
  const fact = factsOf(context.version).workloads.find((one) => one.name === name);
  if (fact === undefined) throw new Error(`Linkerd ${context.version} has no workload ${name}`);
  if (fact.kind === 'CronJob') return heartbeat(fact, context, options.heartbeatMinute);
  const usesWebhookCertificates = ['linkerd-destination', 'linkerd-proxy-injector'].includes(name);
  const annotations = {
    ...(usesWebhookCertificates && context.major >= 14 ? { 'checksum/config': options.configChecksum } : {}),
    ...(usesWebhookCertificates ? { 'config.linkerd.io/opaque-ports': '8443' } : {}),
  };
  return deployment(fact, context, annotations, options.anchorHash, options.replicas);
}
