/** What a control plane consists of: its namespace, its configuration, its definitions, its workloads. */
import type { CheckLine } from '../../linkerd/check-report.ts';
import { crdProblem, lostVersions, missingVersion } from '../../linkerd/crd-status.ts';
import { factsOf } from '../../linkerd/facts.ts';
import { CONTROL_PLANE_NS } from '../../linkerd/manifest.ts';
import { stripToLine } from '../../runbook/strip-controls.ts';
import type { ResourceRef } from '../objects.ts';
import { type CheckContext, core } from './context.ts';
import { failure, judged, listed, unseen, type Verdict, writer } from './lines.ts';
import { rolloutLines } from './rollouts.ts';

const crds: ResourceRef = {
  apiVersion: 'apiextensions.k8s.io/v1',
  resource: 'customresourcedefinitions',
};

/** Category `linkerd-config`: what is there beside the workloads. */
export async function configLines(context: CheckContext): Promise<readonly CheckLine[]> {
  const { look, namespace, hints } = context;
  const line = writer('linkerd-config', hints);
  const there = await look.get(core('namespaces'), namespace);
  return [
    line(
      'control plane Namespace exists',
      'l5d-existence-ns',
      judged(there, `There is no namespace ${namespace}.`, () => 'ok'),
    ),
    line(
      'control plane CustomResourceDefinitions exist',
      'l5d-existence-crd',
      await definitions(context, 'exist'),
    ),
    line(
      'control plane CustomResourceDefinitions are established',
      'l5d-existence-crd',
      await definitions(context, 'established'),
    ),
    ...(await Promise.all(
      (['Mutating', 'Validating'] as const).map(async (kind) =>
        line(
          `control plane ${kind}WebhookConfigurations exist`,
          kind === 'Mutating' ? 'l5d-existence-mwc' : 'l5d-existence-vwc',
          await webhooksExist(context, kind),
        ),
      ),
    )),
  ];
}

/** The definitions that the release needs; of a release that is not known, those with the control plane's label. */
async function definitions(context: CheckContext, what: 'exist' | 'established'): Promise<Verdict> {
  const { look, namespace, version, known } = context;
  if (!known) {
    const all = await look.list(crds, `${CONTROL_PLANE_NS}=${namespace}`);
    if (all.type !== 'found') return judged(all, 'There are none.', () => 'ok');
    const ours = all.value.filter(({ metadata }) => metadata.name.endsWith('linkerd.io'));
    if (ours.length === 0) {
      return what === 'exist' ? failure('None has the label of this control plane.') : 'ok';
    }
    return what === 'exist' ? 'ok' : problems(ours.flatMap((crd) => established(crd.metadata.name, crd)));
  }
  const wanted = factsOf(version!).crds;
  const found = await Promise.all(wanted.map(({ name }) => look.get(crds, name)));
  const denied = found.find((one) => one.type === 'unseen');
  if (denied?.type === 'unseen') return unseen(denied.why);
  return problems(
    wanted.flatMap(({ name, versions }, index) => {
      const one = found[index]!;
      if (one.type !== 'found') return what === 'exist' ? [`missing ${name}`] : [];
      if (what === 'established') return established(name, one.value);
      const lacks = missingVersion(one.value, versions);
      return lacks === undefined ? [] : [`CRD ${name} is missing version ${lacks}`];
    }),
  );
}

function established(name: string, crd: object): string[] {
  const problem = crdProblem(crd);
  const lost = lostVersions(crd);
  return [
    ...(problem ? [`${name}: ${problem.why}`] : []),
    ...(lost.length > 0
      ? [`${name}: objects may be stored as ${lost.join(', ')}, which the definition no longer has`]
      : []),
  ].map(stripToLine);
}

const problems = (found: readonly string[]): Verdict => (found.length === 0 ? 'ok' : failure(listed(found)));

async function webhooksExist(
  { look, namespace, version, known }: CheckContext,
  kind: 'Mutating' | 'Validating',
): Promise<Verdict> {
  const resource = `${kind.toLowerCase()}webhookconfigurations`;
  const ref = { apiVersion: 'admissionregistration.k8s.io/v1', resource };
  const all = await look.list(ref, `${CONTROL_PLANE_NS}=${namespace}`);
  return judged(all, 'There are none.', (items) => {
    const names = items.map(({ metadata }) => metadata.name);
    const wanted = known
      ? (factsOf(version!).objects[`${kind}WebhookConfiguration`] ?? [])
      : [
          kind === 'Mutating'
            ? 'linkerd-proxy-injector-webhook-config'
            : 'linkerd-sp-validator-webhook-config',
        ];
    return problems(wanted.filter((name) => !names.includes(name)).map((name) => `missing ${name}`));
  });
}

/** Category `linkerd-existence`: the configuration and the workloads, each with its rollout. */
export async function existenceLines(context: CheckContext): Promise<readonly CheckLine[]> {
  const { namespace, config, hints } = context;
  const line = writer('linkerd-existence', hints);
  const exists = judged(
    config,
    `The ConfigMap ${namespace}/linkerd-config is not there, or holds no values.`,
    () => 'ok',
  );
  return [
    line("'linkerd-config' config map exists", 'l5d-existence-linkerd-config', exists),
    ...(await rolloutLines(context, line)),
  ];
}
