/** What Helm 3 and 4 keep of a release: a Secret with all that was installed. Written here for what was never installed by a Helm. */
import { gzipSync } from 'node:zlib';
import { stringify } from 'yaml';
import type { Manifest } from '../../linkerd/manifest.ts';
import type { Values } from '../../linkerd/values.ts';
import { chartMetadata, chartValues } from './chart-files.ts';
import type { ChartId } from './chart-versions.ts';

/** A release as it was installed, with nothing after it. */
export interface InstalledRelease {
  readonly name: string;
  /** Where Helm keeps it; its objects may be elsewhere. */
  readonly namespace: string;
  readonly chart: ChartId;
  /** What whoever installed it gave with `--values` and `--set`. */
  readonly values: Values;
  readonly manifests: readonly Manifest[];
}

/** An object with the marks by which Helm knows it as a release's own. */
export function marked<Object extends Manifest>(
  object: Object,
  { name, namespace }: Pick<InstalledRelease, 'name' | 'namespace'>,
): Object {
  const { labels, annotations } = object.metadata;
  return {
    ...object,
    metadata: {
      ...object.metadata,
      labels: { ...labels, 'app.kubernetes.io/managed-by': 'Helm' },
      annotations: {
        ...annotations,
        'meta.helm.sh/release-name': name,
        'meta.helm.sh/release-namespace': namespace,
      },
    },
  };
}

/** The order in which Helm lists the kinds of a manifest, those that are none of them at the end. */
const helmOrder = [
  ...[
    'Namespace',
    'PodDisruptionBudget',
    'ServiceAccount',
    'Secret',
    'ConfigMap',
    'CustomResourceDefinition',
  ],
  ...['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding', 'Service', 'Deployment', 'CronJob'],
  ...['APIService', 'MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'],
];

const rank = ({ kind }: Manifest): number =>
  helmOrder.includes(kind) ? helmOrder.indexOf(kind) : helmOrder.length;

const base64 = (content: string | Uint8Array): string => Buffer.from(content).toString('base64');

/** The Secret in which Helm finds the release again: JSON, compressed, and encoded twice. */
export function releaseRecord(release: InstalledRelease, at: Date): Manifest {
  const { name, namespace, chart, values, manifests } = release;
  const moment = at.toISOString();
  const record = {
    name,
    namespace,
    version: 1,
    info: {
      first_deployed: moment,
      last_deployed: moment,
      deleted: '',
      description: 'Install complete',
      status: 'deployed',
    },
    chart: {
      metadata: chartMetadata(chart),
      lock: null,
      templates: [],
      values: chartValues(chart),
      schema: null,
      files: [],
    },
    config: values,
    manifest: manifests
      .toSorted((one, other) => rank(one) - rank(other))
      .map((one) => `---\n${stringify(one, { lineWidth: 0, aliasDuplicateObjects: false })}`)
      .join(''),
  };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: `sh.helm.release.v1.${name}.v1`,
      namespace,
      labels: {
        ...{ name, owner: 'helm', status: 'deployed', version: '1' },
        modifiedAt: String(Math.floor(at.getTime() / 1000)),
      },
    },
    type: 'helm.sh/release.v1',
    data: { release: base64(base64(gzipSync(JSON.stringify(record)))) },
  };
}
