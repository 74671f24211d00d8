import type { KubeObject } from '../kube-client.ts';

const INJECT = { 'linkerd.io/inject': 'enabled' };

interface Work {
  readonly namespace: string;
  readonly name: string;
  readonly replicas?: number;
  readonly port?: number;
  readonly tag?: string;
  readonly annotations?: Record<string, string>;
}

function template(work: Work): KubeObject['spec'] {
  const { name, port, tag = '1.4.2', annotations } = work;
  return {
    metadata: { labels: { app: name }, ...(annotations === undefined ? {} : { annotations }) },
    spec: {
      containers: [
        {
          name,
          image: `registry.practice/${work.namespace}/${name}:${tag}`,
          ...(port === undefined
            ? {}
            : {
                ports: [{ name: 'http', containerPort: port }],
                readinessProbe: { httpGet: { path: '/ready', port }, initialDelaySeconds: 2 },
              }),
          resources: { requests: { cpu: '50m', memory: '64Mi' } },
        },
      ],
    },
  };
}

const meta = ({ namespace, name }: Work) => ({ name, namespace, labels: { app: name } });

function deployment(work: Work): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: meta(work),
    spec: {
      replicas: work.replicas ?? 1,
      selector: { matchLabels: { app: work.name } },
      template: template(work),
    },
  };
}

function service(work: Work, headless = false): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: meta(work),
    spec: {
      selector: { app: work.name },
      ports: [{ name: 'http', port: 80, targetPort: work.port ?? 8080 }],
      ...(headless ? { clusterIP: 'None' } : {}),
    },
  };
}

function namespace(name: string, annotations?: Record<string, string>): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, ...(annotations === undefined ? {} : { annotations }) },
  };
}

const served = (work: Work): KubeObject[] => [deployment(work), service(work)];

/** A shop in a meshed namespace: three services in front of a database. */
function shop(): KubeObject[] {
  const db: Work = { namespace: 'shop', name: 'orders-db', port: 5432, tag: '15.3' };
  return [
    namespace('shop', INJECT),
    ...served({ namespace: 'shop', name: 'web', replicas: 2, port: 8080 }),
    ...served({ namespace: 'shop', name: 'api', replicas: 3, port: 8080 }),
    ...served({ namespace: 'shop', name: 'cart', replicas: 2, port: 8080 }),
    service(db, true),
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: meta(db),
      spec: {
        replicas: 2,
        serviceName: db.name,
        selector: { matchLabels: { app: db.name } },
        template: template(db),
      },
    },
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'api', namespace: 'shop' },
      spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'api' } } },
    },
  ];
}

/** Meshed workload by workload: a service, a nightly job, and one that has run. */
function billing(): KubeObject[] {
  const job = (name: string): Work => ({ namespace: 'billing', name });
  const jobSpec = (work: Work) => {
    const { metadata, spec } = template(work);
    return { backoffLimit: 2, template: { metadata, spec: { ...spec, restartPolicy: 'Never' } } };
  };
  const report = job('nightly-report');
  const migrate = job('migrate-schema');
  return [
    namespace('billing'),
    ...served({ namespace: 'billing', name: 'invoices', replicas: 2, port: 8080, annotations: INJECT }),
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: meta(report),
      spec: { schedule: '30 2 * * *', concurrencyPolicy: 'Forbid', jobTemplate: { spec: jobSpec(report) } },
    },
    { apiVersion: 'batch/v1', kind: 'Job', metadata: meta(migrate), spec: jobSpec(migrate) },
  ];
}

/** One meshed pod on every node. */
function logging(): KubeObject[] {
  const shipper: Work = { namespace: 'logging', name: 'log-shipper', annotations: INJECT };
  return [
    namespace('logging'),
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: meta(shipper),
      spec: { selector: { matchLabels: { app: shipper.name } }, template: template(shipper) },
    },
  ];
}

/** The applications of the practice cluster. `legacy` is not in the mesh. */
export function applications(): KubeObject[] {
  return [
    ...shop(),
    ...billing(),
    ...logging(),
    namespace('legacy'),
    ...served({ namespace: 'legacy', name: 'reports', replicas: 1, port: 8080 }),
  ];
}

const SERVICES = ['gateway', 'accounts', 'search', 'mail', 'stock', 'prices'];
const SIZES = [2, 3, 4, 3, 5, 3];

/** Further meshed namespaces, `team-01` and on, of 20 pods each, until there are about `pods`. */
export function teams(pods: number): KubeObject[] {
  const objects: KubeObject[] = [];
  let left = pods;
  for (let number = 1; left > 0; number += 1) {
    const name = `team-${String(number).padStart(2, '0')}`;
    objects.push(namespace(name, INJECT));
    for (const [index, each] of SERVICES.entries()) {
      const replicas = Math.min(SIZES[index] ?? 1, left);
      if (replicas <= 0) break;
      left -= replicas;
      objects.push(...served({ namespace: name, name: each, replicas, port: 8080 }));
    }
  }
  return objects;
}
