/** Where metrics go, and who may look at live requests. */
import { counted } from '../../../data-plane/words.ts';
import { record, records, text, texts } from '../../../rollout/json.ts';
import { quantity } from '../../../rollout/quantities.ts';
import { extensionNamespaces } from '../../detectors/extension-versions.ts';
import type { Evidence } from '../../finding.ts';
import { fieldOf, meshedPods } from '../../meshed-pods.ts';
import type { SnapshotObject } from '../../snapshot.ts';
import type { View } from '../../view.ts';
import type { PreflightCheck, PreflightRemark } from '../model.ts';
import { info, listed, unchecked, warn } from '../remarks.ts';

export const metricsCheck: PreflightCheck = {
  name: 'metrics',
  group: 'observability',
  holds: 'somebody keeps the metrics of the mesh for as long as they are needed',
  codes: ['metrics-unavailable', 'tap-not-injected'],
  needs: ['namespaces', 'deployments', 'pods'],
  look(view) {
    // Up to 2.9 it was a part of the control plane.
    const homes = [
      ...extensionNamespaces(view, 'viz'),
      ...view.controlPlanes.filter(({ line }) => line === 9).map(({ namespace }) => namespace),
    ];
    if (homes.length === 0) {
      return [
        unchecked(
          'There is no viz extension. Whether something else scrapes the proxies (port 4191) is not to be seen here.',
          'Decide where the success rate and the latency are to be read that the upgrade is judged by; write it down with the plan.',
        ),
      ];
    }
    return homes.flatMap((namespace) => {
      const own =
        view.object('deployments', namespace, 'prometheus') ??
        view.object('deployments', namespace, 'linkerd-prometheus');
      return own === undefined ? external(view, namespace) : prometheus(view, own);
    });
  },
};

/** Without a Prometheus of its own, viz asks another one. */
function external(view: View, namespace: string): readonly PreflightRemark[] {
  const api = view.object('deployments', namespace, 'metrics-api');
  if (api === undefined) return [];
  const url = containersOf(api)
    .flatMap(({ args }) => texts(args))
    .find((each) => each.startsWith('-prometheus-url'));
  return [
    info(
      'viz reads from a Prometheus of yours. It needs the scrape configuration of the target version: names of ports change.',
      [fieldOf(api, 'spec.template.spec.containers[*].args', url ?? 'no -prometheus-url')],
    ),
  ];
}

/** What the documentation gives as a beginning for the Prometheus of viz. */
const [BYTES_FOR_A_POD, LEAST_BYTES] = [5_000_000, 512_000_000];

function prometheus(view: View, deployment: SnapshotObject): readonly PreflightRemark[] {
  const { volumes } = record(record(record(deployment.spec).template).spec);
  const kept = records(volumes).some(({ persistentVolumeClaim }) => persistentVolumeClaim !== undefined);
  const container = containersOf(deployment).find(({ name }) => name === 'prometheus');
  const retention = texts(container?.args).find((each) => each.includes('retention'));
  const limit = text(record(record(container?.resources).limits).memory);
  const pods = meshedPods(view).length;
  const wanted = Math.max(LEAST_BYTES, pods * BYTES_FOR_A_POD);
  return [
    ...(kept
      ? []
      : [
          warn(
            `The Prometheus of viz keeps its metrics in its pod: they are gone when it restarts, which upgrading viz does${retention === undefined ? ', and after six hours by default' : ''}. What was before the upgrade cannot be compared with what is after it.`,
            [
              fieldOf(deployment, 'spec.template.spec.volumes', 'no persistentVolumeClaim'),
              ...(retention === undefined
                ? []
                : [
                    fieldOf(
                      deployment,
                      'spec.template.spec.containers[?(@.name=="prometheus")].args',
                      retention,
                    ),
                  ]),
            ],
            'Write down the figures that matter before you begin (linkerd viz stat), scrape with a Prometheus of your own, or set prometheus.persistence.',
          ),
        ]),
    ...(limit !== '' && quantity(limit) < wanted
      ? [
          warn(
            `The Prometheus of viz may take ${limit}. A rule of thumb is 5 MB for each of the ${pods} proxies, and 512 MB at least.`,
            [
              fieldOf(
                deployment,
                'spec.template.spec.containers[?(@.name=="prometheus")].resources.limits.memory',
                limit,
                `${Math.ceil(wanted / 1_000_000)}M`,
              ),
            ],
            'Look at what it takes, and raise prometheus.resources.memory.limit.',
          ),
        ]
      : [
          info(
            `A rule of thumb for the Prometheus of viz: 5 MB for each of the ${counted(pods, 'proxy', 'proxies')}, and 512 MB at least. Its limit is ${limit || 'not set'}.`,
          ),
        ]),
  ];
}

const containersOf = (deployment: SnapshotObject) =>
  records(record(record(record(deployment.spec).template).spec).containers);

/** Groups that everybody who can sign in belongs to, or everything that runs. */
const everybody = ['system:authenticated', 'system:unauthenticated', 'system:serviceaccounts'];

export const tapCheck: PreflightCheck = {
  name: 'tap-access',
  group: 'observability',
  holds: 'only those may watch live requests with tap who are meant to',
  needs: ['clusterRoles', 'clusterRoleBindings', 'roleBindings', 'apiServices'],
  look(view) {
    if (!view.objects('apiServices').some(({ metadata }) => metadata.name === 'v1alpha1.tap.linkerd.io')) {
      return [info('There is no tap on this cluster.')];
    }
    const roles = view.objects('clusterRoles').filter(allowsTap);
    const names = new Set(roles.map(({ metadata }) => metadata.name));
    const bindings = [...view.objects('clusterRoleBindings'), ...view.objects('roleBindings')].filter(
      ({ roleRef }) => {
        const { kind, name } = record(roleRef);
        return text(kind) === 'ClusterRole' && names.has(text(name));
      },
    );
    const open = bindings.flatMap((binding) => subjectsOf(binding, (name) => everybody.includes(name)));
    if (open.length > 0) {
      return [
        warn(
          'Everybody who can sign in may watch the headers of live requests with tap: methods, paths, and what else stands in headers.',
          open,
          'Bind linkerd-linkerd-viz-tap-admin to those only who are to see it, for the namespaces that they own.',
        ),
      ];
    }
    const own = new Set(roles.filter(isAboutTap).map(({ metadata }) => metadata.name));
    const named = bindings
      .filter(({ roleRef }) => own.has(text(record(roleRef).name)))
      .flatMap((binding) => subjectsOf(binding, () => true));
    return [
      info(
        named.length === 0
          ? 'Nobody is bound to a role for tap but who may do everything.'
          : `Tap is open to ${listed(named.map(({ value }) => value))}, and to who may do everything. Who reaches the dashboard of viz looks through its account.`,
        named,
      ),
    ];
  },
};

const TAP = 'tap.linkerd.io';

function allowsTap({ rules }: SnapshotObject): boolean {
  return records(rules).some(({ apiGroups, verbs }) => {
    const groups = texts(apiGroups);
    return (
      (groups.includes(TAP) || groups.includes('*')) &&
      texts(verbs).some((verb) => ['*', 'watch', 'get', 'create'].includes(verb))
    );
  });
}

const isAboutTap = ({ rules }: SnapshotObject) =>
  records(rules).some(({ apiGroups }) => texts(apiGroups).includes(TAP));

const subjectsOf = (binding: SnapshotObject, wanted: (name: string) => boolean): readonly Evidence[] =>
  records(binding.subjects)
    .filter(({ name }) => wanted(text(name)))
    .map(({ kind, name, namespace }) =>
      fieldOf(
        binding,
        'subjects[*].name',
        `${text(kind)} ${text(namespace) === '' ? '' : `${text(namespace)}/`}${text(name)}`,
      ),
    );
