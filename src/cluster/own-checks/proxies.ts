/** The proxies: of the control plane, of extensions, and of the applications. */
import type { PodMeta, Survey, SurveyRow } from '../../data-plane/model.ts';
import { createIntern, readPodMeta } from '../../data-plane/read-meta.ts';
import type { CheckLine } from '../../linkerd/check-report.ts';
import { versionTag } from '../../linkerd/version-order.ts';
import { stripToLine } from '../../runbook/strip-controls.ts';
import { type CheckContext, core } from './context.ts';
import { judged, listed, unseen, type Verdict, warning, writer } from './lines.ts';
import type { Seen } from './look.ts';
import { proxiesReady } from './proxies-ready.ts';

/** The version that proxies are to have: the one that was named, or what the control plane gives to new pods. */
export function wantedProxy({ expected, config, version }: CheckContext): string | undefined {
  if (expected !== undefined) return expected;
  return (config.type === 'found' ? config.value.proxyVersion : undefined) ?? version;
}

function versionUnknown({ config }: CheckContext): Verdict {
  return unseen(config.type === 'unseen' ? config.why : 'The version of the control plane is not known.');
}

/** The pods of a namespace that have a proxy, by their metadata. */
export async function podsOf({ look }: CheckContext, namespace: string): Promise<Seen<readonly PodMeta[]>> {
  const pods = await look.listMetadata(core('pods', namespace));
  if (pods.type !== 'found') return pods;
  const intern = createIntern();
  return { type: 'found', value: pods.value.map((pod) => readPodMeta(pod, intern)) };
}

/** Whether the proxies of these pods are of the version that is wanted. */
export function upToDate(context: CheckContext, pods: Seen<readonly PodMeta[]>): Verdict {
  const wanted = wantedProxy(context);
  if (wanted === undefined) return versionUnknown(context);
  return judged(pods, 'There are no pods.', (all) => {
    const other = all.filter(
      ({ deleting, proxyVersion, ownerKind }) =>
        !deleting &&
        ownerKind !== 'Job' &&
        proxyVersion !== '' &&
        versionTag(proxyVersion) !== versionTag(wanted),
    );
    return other.length === 0
      ? 'ok'
      : warning(
          listed([
            `Not ${stripToLine(wanted)}:`,
            ...other.map(({ name, proxyVersion }) => `${name} (${proxyVersion})`),
          ]),
        );
  });
}

/** Category `linkerd-control-plane-proxy`. */
export async function controlPlaneProxyLines(context: CheckContext): Promise<readonly CheckLine[]> {
  const line = writer('linkerd-control-plane-proxy', context.hints);
  const pods = await podsOf(context, context.namespace);
  return [line('control plane proxies are up-to-date', 'l5d-cp-proxy-version', upToDate(context, pods))];
}

/** Categories `linkerd-identity-data-plane` and `linkerd-data-plane`, from one survey of all pods. */
export async function dataPlaneLines(context: CheckContext): Promise<readonly CheckLine[]> {
  const { look, dataPlane, hints } = context;
  const line = writer('linkerd-data-plane', hints);
  if (dataPlane !== undefined) {
    const there = await look.get(core('namespaces'), dataPlane);
    const exists = judged(there, `There is no namespace ${stripToLine(dataPlane)}.`, () => 'ok');
    const first = line('data plane namespace exists', 'l5d-data-plane-exists', exists);
    if (there.type !== 'found') return [first];
    return [first, ...(await surveyLines(context))];
  }
  return surveyLines(context);
}

async function surveyLines(context: CheckContext): Promise<readonly CheckLine[]> {
  const { dataPlane, hints } = context;
  const line = writer('linkerd-data-plane', hints);
  const survey = await context.survey();
  const rows = rowsOf(survey, dataPlane);
  const blind =
    survey.unseen.length > 0 && survey.totals.pods === 0 ? unseen(listed(survey.unseen)) : undefined;
  const otherRoot = rows.filter((row) => row.otherTrustRoot > 0);
  const behind = rowsBehind(context, rows);
  const apart = rows.filter(({ skew }) => skew === 'old' || skew === 'ahead');
  const unmeshed = survey.unmeshed.filter((row) => dataPlane === undefined || row.namespace === dataPlane);
  return [
    writer('linkerd-identity-data-plane', hints)(
      'data plane proxies certificate match CA',
      'l5d-identity-data-plane-proxies-certs-match-ca',
      blind ??
        none(otherRoot, ({ otherTrustRoot, ...row }) => `${place(row)}: ${pods(otherTrustRoot)}`, [
          'They have other trust anchors than the control plane and must be restarted:',
        ]),
    ),
    line(
      'data plane proxies are ready',
      'l5d-data-plane-ready',
      blind ?? (await proxiesReady(context, [...new Set(rows.map(({ namespace }) => namespace))])),
    ),
    line(
      'data plane is up-to-date',
      'l5d-data-plane-version',
      blind ??
        (behind === undefined
          ? versionUnknown(context)
          : none(behind, ({ version, ...row }) => `${place(row)}: ${pods(row.pods)} with ${version}`)),
    ),
    line(
      'data plane versions are supported by the control plane',
      'l5d-data-plane-version',
      blind ??
        none(apart, ({ version, skew, ...row }) => `${place(row)}: ${version}, ${skewWords[skew] ?? ''}`),
    ),
    line(
      'pods of injected namespaces have a proxy',
      'l5d-data-plane-ready',
      blind ?? none(unmeshed, (row) => `${place(row)}: ${pods(row.pods)} without a proxy`),
    ),
  ];
}

/** Workloads of applications, and pods that belong to none. */
function rowsOf(survey: Survey, dataPlane: string | undefined): readonly ProxyRow[] {
  const bare = survey.bare.map(({ otherTrustRoot, ...pod }) => ({
    ...pod,
    pods: 1,
    otherTrustRoot: otherTrustRoot ? 1 : 0,
  }));
  const applications = survey.rows.filter(({ role }) => role === 'data-plane');
  return [...applications, ...bare].filter(
    ({ namespace }) => dataPlane === undefined || namespace === dataPlane,
  );
}

type ProxyRow = Pick<SurveyRow, 'namespace' | 'name' | 'version' | 'skew' | 'pods' | 'otherTrustRoot'>;

const skewWords: Readonly<Partial<Record<SurveyRow['skew'], string>>> = {
  old: 'more than one version behind',
  ahead: 'newer than the control plane',
};

function rowsBehind(context: CheckContext, rows: readonly ProxyRow[]): readonly ProxyRow[] | undefined {
  const wanted = wantedProxy(context);
  if (wanted === undefined) return undefined;
  return rows.filter(({ version }) => version !== '' && versionTag(version) !== versionTag(wanted));
}

const pods = (count: number) => (count === 1 ? '1 pod' : `${count} pods`);
const place = ({ namespace, name }: { readonly namespace: string; readonly name: string }) =>
  `${namespace}/${name}`;

function none<T>(found: readonly T[], text: (one: T) => string, first: readonly string[] = []): Verdict {
  return found.length === 0 ? 'ok' : warning(listed([...first, ...found.map(text)]));
}
