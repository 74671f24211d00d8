import { controlPlaneManifests } from '../../linkerd/control-plane.ts';
import { crdManifests } from '../../linkerd/crds.ts';
import { extensionManifests, extensionsOf } from '../../linkerd/extensions.ts';
import { factsOf } from '../../linkerd/facts.ts';
import type { Manifest } from '../../linkerd/manifest.ts';
import { createTrust, type Trust } from '../../linkerd/pki.ts';
import { haValues, identityValues, mergeValues, type Values } from '../../linkerd/values.ts';
import { type ChartId, chartsOf } from './chart-versions.ts';
import { type InstalledRelease, marked, releaseRecord } from './release-record.ts';

interface HelmMeshOptions {
  readonly ha: boolean;
  /** The moment of its installation. */
  readonly from: Date;
}

/** What an operator gave at the install: the identity, and the file for high availability. 2.9 shared the anchors with other charts. */
function givenValues(trust: Trust, major: number, ha: boolean): Values {
  const identity = identityValues(trust, true);
  const { identityTrustAnchorsPEM: anchors, ...issuer } = identity;
  const given = major === 9 ? { ...issuer, global: { identityTrustAnchorsPEM: anchors } } : identity;
  return mergeValues(ha ? haValues : {}, given);
}

const byHelm = (manifests: readonly Manifest[], release: string): Manifest[] =>
  JSON.parse(JSON.stringify(manifests).replaceAll(`linkerd/cli ${release}`, `linkerd/helm ${release}`));

/**
 * A mesh as Helm installed it, in the stages in which it was set up: the objects with Helm's marks, and the records of its releases. Until
 * 2.11 the releases are kept in `default`, as they are where nobody named another namespace, and bring their own; since then each is in
 * the namespace of its objects, which somebody made before.
 */
export async function helmMesh(mesh: string, { ha, from }: HelmMeshOptions): Promise<Manifest[][]> {
  const { major } = factsOf(mesh);
  const trust = await createTrust({ from });
  const charts = chartsOf(mesh);
  const chartOf = (part: ChartId['part']) => charts.find((chart) => chart.part === part)!;
  const installed = (
    chart: ChartId,
    namespace: string,
    manifests: readonly Manifest[],
    values: Values,
  ): Manifest[] => {
    const brings = (one: Manifest) =>
      !(one.kind === 'Namespace' && major >= 12) &&
      one.kind !== 'PodSecurityPolicy' &&
      one.metadata.name !== 'linkerd-config-overrides';
    const release: InstalledRelease = {
      ...{ name: chart.name, namespace: major < 12 ? 'default' : namespace, chart, values },
      manifests: byHelm(manifests.filter(brings), mesh),
    };
    return [
      ...manifests.filter(({ kind }) => kind === 'Namespace' && major >= 12),
      ...release.manifests.map((one) => marked(one, release)),
      releaseRecord(release, from),
    ];
  };
  const all = crdManifests(mesh, { gatewayApi: major >= 18 });
  // Since 2.19 the chart has none of the Gateway API: what is there was kept when 2.18 went.
  const isKept = ({ metadata }: Manifest) => major >= 19 && /[.]gateway[.]/.test(metadata.name);
  const [kept, definitions] = [all.filter(isKept), all.filter((one) => !isKept(one))];
  const controlPlane = await controlPlaneManifests(mesh, { ha, from, trust });
  const values = givenValues(trust, major, ha);
  const [namespace, rest] = [
    controlPlane.filter(({ kind }) => kind === 'Namespace'),
    controlPlane.filter(({ kind }) => kind !== 'Namespace'),
  ];
  const viz = extensionsOf(mesh).includes('viz')
    ? installed(chartOf('viz'), 'linkerd-viz', await extensionManifests('viz', mesh, { from }), {})
    : [];
  return major < 12
    ? [installed(chartOf('everything'), 'default', [...definitions, ...controlPlane], values), viz]
    : [
        [
          ...namespace,
          ...byHelm(kept, mesh).map((one) => marked(one, { name: 'linkerd-crds', namespace: 'linkerd' })),
          ...installed(chartOf('crds'), 'linkerd', definitions, {}),
        ],
        installed(chartOf('control-plane'), 'linkerd', rest, values),
        viz,
      ];
}
