/** Protocols that a proxy cannot tell by itself, where nothing is configured for them. Names of images and of ports are hints: these are suspects. */
import { entry, record, records, text, whole } from '../../../rollout/json.ts';
import { matchesSelector } from '../../../rollout/label-selector.ts';
import type { Evidence } from '../../finding.ts';
import { byWorkload, meshedPods } from '../../meshed-pods.ts';
import { isIn, portList } from '../../network-policy/port-ranges.ts';
import type { SnapshotObject } from '../../snapshot.ts';
import type { ControlPlane, View } from '../../view.ts';
import type { PreflightCheck, PreflightRemark } from '../model.ts';
import { info, listed, warn } from '../remarks.ts';

/** What speaks before its client does, or is not told from others by its first bytes (linkerd.io, "TCP Proxying and Protocol Detection"). */
const protocols: readonly {
  readonly name: string;
  readonly image: RegExp;
  /** Words of a port's name that say so whatever the image is called. */
  readonly words: readonly string[];
  readonly ports: readonly number[];
}[] = [
  {
    name: 'MySQL',
    image: /(?:^|[/_-])(?:mysql|mariadb|percona|galera)/,
    words: ['mysql', 'mariadb'],
    ports: [3306, 4444],
  },
  {
    name: 'PostgreSQL',
    image: /(?:^|[/_-])(?:postgres|postgresql|pgbouncer|pgpool|spilo)/,
    words: ['postgres', 'postgresql', 'pgsql'],
    ports: [5432],
  },
  {
    name: 'Redis',
    image: /(?:^|[/_-])(?:redis|valkey|keydb)(?!.*exporter)/,
    words: ['redis'],
    ports: [6379],
  },
  { name: 'Memcached', image: /(?:^|[/_-])memcached/, words: ['memcache', 'memcached'], ports: [11211] },
  {
    name: 'SMTP',
    image: /(?:^|[/_-])(?:postfix|exim|mailhog|smtp|maildev)/,
    words: ['smtp', 'submission'],
    ports: [25, 587],
  },
  {
    name: 'Elasticsearch',
    image: /(?:^|[/_-])(?:elasticsearch|opensearch)(?!.*exporter|-dashboards)/,
    words: [],
    ports: [9300],
  },
  { name: 'NATS', image: /(?:^|\/)nats(?:-server)?$/, words: ['nats'], ports: [4222] },
];

const OPAQUE = 'config.linkerd.io/opaque-ports';
const SKIPPED = 'config.linkerd.io/skip-inbound-ports';

/** What each line takes for opaque unless told; 2.9 skips such ports. Sources: `values.yaml` of the charts. */
const defaultOpaque = (line: number): string =>
  line >= 11 ? '25,587,3306,4444,5432,6379,9300,11211' : '25,443,587,3306,5432,11211';

export const protocolsCheck: PreflightCheck = {
  name: 'server-speaks-first',
  group: 'protocols',
  holds: 'ports whose protocol a proxy cannot tell are opaque or skipped',
  needs: ['pods', 'services', 'namespaces', 'configMaps'],
  look: (view) => view.controlPlanes.flatMap((plane) => suspectsOf(view, plane)),
};

interface Suspect {
  readonly workload: string;
  readonly protocol: string;
  readonly port: number;
  readonly evidence: Evidence;
}

function suspectsOf(view: View, plane: ControlPlane): readonly PreflightRemark[] {
  const { opaquePorts } = record(plane.values.proxy);
  const opaque = text(opaquePorts) || defaultOpaque(plane.line ?? 0);
  const ignored = text(record(plane.values.proxyInit).ignoreInboundPorts);
  const suspects = byWorkload(
    meshedPods(view).filter(
      ({ metadata }) => entry(metadata.labels, 'linkerd.io/control-plane-ns') === plane.namespace,
    ),
  ).flatMap(({ subject, pods }) => {
    const pod = pods[0]!;
    const own = settingsOf(view, pod);
    return portsOf(pod)
      .filter(
        ({ port }) =>
          !isIn(portList([own.skipped, ignored, own.opaque ?? opaque].join(','), ''), port) &&
          !isOpaqueServer(view, pod, port),
      )
      .map(
        ({ port, protocol, hint, container }): Suspect => ({
          workload: `${subject.namespace}/${subject.name}`,
          protocol,
          port,
          evidence: {
            kind: 'field',
            ref: `${subject.kind} ${subject.namespace}/${subject.name}`,
            path: `spec.template.spec.containers[?(@.name=="${container}")].ports[*].containerPort`,
            value: `${port} (${hint})`,
            expected: `${OPAQUE}: "${port}"`,
          },
        }),
      );
  });
  if (suspects.length === 0) return [info(`Opaque unless told otherwise: ${opaque}.`)];
  const names = suspects.map(({ workload, protocol, port }) => `${protocol} of ${workload} on ${port}`);
  return [
    warn(
      `By their images or the names of their ports these speak a protocol that a proxy cannot tell, on a port that is not configured: ${listed(names)}. A connection waits ten seconds and goes on as plain TCP (up to 2.9 it fails).`,
      suspects.map(({ evidence }) => evidence),
      `Ask who owns them. Where it is so, annotate the workload and its Service with ${OPAQUE}; where one side is not meshed, skip the port. The same goes for such servers outside of the cluster, which nothing here shows.`,
    ),
  ];
}

/** The ports of a pod's own containers whose image or name is that of such a protocol, except those for HTTP and metrics. */
function portsOf(pod: SnapshotObject) {
  return records(record(pod.spec).containers).flatMap((container) => {
    const image = text(container.image);
    const repository = image
      .replace(/@.*$/, '')
      .replace(/:[^/]*$/, '')
      .toLowerCase();
    const byImage = protocols.find((each) => each.image.test(repository));
    return records(container.ports)
      .filter(({ name }) => !/http|metric|admin|prom|api/.test(text(name)))
      .flatMap(({ name, containerPort }) => {
        const port = whole(containerPort);
        const words = text(name).split('-');
        const protocol = byImage ?? protocols.find((each) => each.words.some((word) => words.includes(word)));
        if (protocol === undefined) return [];
        // Elasticsearch speaks HTTP beside its transport.
        if (protocol.name === 'Elasticsearch' && !protocol.ports.includes(port)) return [];
        const hint = byImage === undefined ? `port ${text(name)}` : image;
        return [{ port, protocol: protocol.name, hint, container: text(container.name) }];
      });
  });
}

/** The annotations that hold for a pod: its own (the injector puts its namespace's there, too), its namespace's, and those of its Services. */
function settingsOf(
  view: View,
  pod: SnapshotObject,
): { readonly opaque: string | undefined; readonly skipped: string } {
  const { namespace = '', labels, annotations } = pod.metadata;
  const space = view.object('namespaces', '', namespace)?.metadata.annotations;
  const services = view
    .objects('services', namespace)
    .filter(({ spec }) => {
      const { selector } = record(spec);
      return (
        selector !== undefined &&
        matchesSelector({ matchLabels: selector as Record<string, string> }, labels ?? {})
      );
    })
    .map(({ metadata }) => entry(metadata.annotations, OPAQUE));
  const found = [entry(annotations, OPAQUE), entry(space, OPAQUE), ...services].filter((each) => each !== '');
  return {
    opaque: found.length === 0 ? undefined : found.join(','),
    skipped: entry(annotations, SKIPPED) || entry(space, SKIPPED),
  };
}

/** Whether a Server says what the port speaks. */
const isOpaqueServer = (view: View, pod: SnapshotObject, port: number): boolean =>
  view.objects('servers', pod.metadata.namespace ?? '').some(({ spec }) => {
    const { podSelector, port: served, proxyProtocol } = record(spec);
    const names = records(record(pod.spec).containers).flatMap(({ ports }) =>
      records(ports)
        .filter(({ containerPort }) => whole(containerPort) === port)
        .map(({ name }) => text(name)),
    );
    return (
      text(proxyProtocol) === 'opaque' &&
      (served === port || names.includes(text(served))) &&
      matchesSelector(podSelector as Parameters<typeof matchesSelector>[0], pod.metadata.labels ?? {})
    );
  });
