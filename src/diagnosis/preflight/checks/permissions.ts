/** What an upgrade does, step by step, and whether whoever asks may do it. */
import { extensionNamespaces } from '../../detectors/extension-versions.ts';
import type { AccessAnswer } from '../../snapshot.ts';
import type { View } from '../../view.ts';
import type { PreflightCheck } from '../model.ts';
import { fail, info, unchecked } from '../remarks.ts';

type Access = Omit<AccessAnswer, 'answer' | 'why'>;

interface Step {
  /** As the end of a sentence: `upgrade the control plane`. */
  readonly does: string;
  readonly access: readonly Access[];
}

const each = (verbs: string, resources: string, namespace?: string): readonly Access[] =>
  resources
    .split(' ')
    .flatMap((resource) =>
      verbs.split(' ').map((verb) => ({ verb, resource, ...(namespace === undefined ? {} : { namespace }) })),
    );

const definitions = 'customresourcedefinitions.apiextensions.k8s.io';
const clusterWide =
  'clusterroles.rbac.authorization.k8s.io clusterrolebindings.rbac.authorization.k8s.io mutatingwebhookconfigurations.admissionregistration.k8s.io validatingwebhookconfigurations.admissionregistration.k8s.io';
const namespaced =
  'deployments.apps services configmaps secrets serviceaccounts cronjobs.batch roles.rbac.authorization.k8s.io rolebindings.rbac.authorization.k8s.io poddisruptionbudgets.policy';

/** Every step of an upgrade with what it takes; the steps of extensions only where they are there. */
export function stepsOf(view: View): readonly Step[] {
  const planes = view.controlPlanes.map(({ namespace }) => namespace);
  const homes = planes.length > 0 ? planes : ['linkerd'];
  const extensions = ['viz', 'multicluster', 'jaeger', 'smi'].flatMap((name) =>
    extensionNamespaces(view, name),
  );
  return [
    {
      does: 'look at the mesh',
      access: each(
        'list',
        'pods namespaces nodes services deployments.apps statefulsets.apps daemonsets.apps events',
      ),
    },
    ...homes.map((namespace) => ({
      does: `read and keep the settings in ${namespace}`,
      access: each('get', 'secrets configmaps', namespace),
    })),
    { does: 'upgrade the resource definitions', access: each('get create patch', definitions) },
    ...homes.map((namespace) => ({
      does: `upgrade the control plane in ${namespace}`,
      access: [...each('get create patch', namespaced, namespace), ...each('get create patch', clusterWide)],
    })),
    ...homes.map((namespace) => ({
      does: `prune what an older version left in ${namespace}`,
      access: [...each('delete', namespaced, namespace), ...each('delete', `${clusterWide} ${definitions}`)],
    })),
    ...extensions.map((namespace) => ({
      does: `upgrade the extension in ${namespace}`,
      access: [
        ...each('create patch', 'deployments.apps services configmaps secrets serviceaccounts', namespace),
        ...each('create patch', 'apiservices.apiregistration.k8s.io'),
      ],
    })),
    {
      does: 'restart meshed workloads',
      access: each('get patch', 'deployments.apps statefulsets.apps daemonsets.apps'),
    },
    ...homes.map((namespace) => ({
      does: `read logs in ${namespace} where something fails`,
      access: each('get', 'pods/log', namespace),
    })),
  ];
}

const keyOf = ({ verb, resource, namespace = '' }: Access) => `${verb} ${resource} ${namespace}`;

/** What is to be asked about, each once. */
export const neededAccess = (view: View): readonly Access[] => [
  ...new Map(stepsOf(view).flatMap(({ access }) => access.map((one) => [keyOf(one), one]))).values(),
];

export const permissionsCheck: PreflightCheck = {
  name: 'permissions',
  group: 'permissions',
  holds: 'you may do what each step of an upgrade does',
  look(view) {
    const read = view.snapshot.operator?.access;
    if (read === undefined) return [unchecked('The cluster was not asked what you may do.')];
    if (read.state === 'unread') return [unchecked(read.message)];
    const answers = new Map(read.value.map((one) => [keyOf(one), one]));
    const steps = stepsOf(view).map((step) => ({
      ...step,
      answers: step.access.flatMap(
        (one) => answers.get(keyOf(one)) ?? { ...one, answer: 'unknown' as const, why: '' },
      ),
    }));
    const denied = steps.flatMap(({ does, answers: of }) => {
      const not = of.filter(({ answer }) => answer === 'denied');
      return not.length === 0
        ? []
        : [
            fail(
              `You may not ${does}.`,
              not.map((one) => ({
                kind: 'field',
                ref: `kubectl auth can-i ${one.verb} ${one.resource}${one.namespace === undefined ? ' --all-namespaces' : ` --namespace ${one.namespace}`}`,
                value: one.why === '' ? 'no' : `no (${one.why})`,
                expected: 'yes',
              })),
              'Ask for a role that has these, or for somebody who does that step.',
            ),
          ];
    });
    const unknown = steps.flatMap(({ does, answers: of }) =>
      of.some(({ answer }) => answer === 'unknown')
        ? [
            unchecked(
              `Whether you may ${does} was not told. ${of.find(({ answer }) => answer === 'unknown')?.why ?? ''}`.trim(),
            ),
          ]
        : [],
    );
    return denied.length + unknown.length > 0
      ? [...denied, ...unknown]
      : [info(`${read.value.length} permissions asked for, for ${steps.length} steps: all granted.`)];
  },
};
