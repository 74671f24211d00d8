/** One chart of a release as the files of its archive. Small charts of our own with the shape of Linkerd's: names, values, objects. */
import { stringify } from 'yaml';
import { factsOf } from '../../linkerd/facts.ts';
import { kubernetesSupport } from '../../linkerd/kubernetes-support.ts';
import { haValues, type Values } from '../../linkerd/values.ts';
import type { ChartId } from './chart-versions.ts';
import { controlPlaneTemplate, controlPlaneValues, namespaceOf } from './control-plane-chart.ts';
import { crdsTemplate, crdsValues } from './crds-chart.ts';
import { extensionTemplate, extensionValues } from './extension-chart.ts';

/** The files of a chart by their paths below its folder. */
export type ChartFiles = Readonly<Record<string, string>>;

/** The metadata of a chart: `Chart.yaml`, and an entry of a repository's index. */
export const chartMetadata = ({ name, version, release }: ChartId) => ({
  apiVersion: 'v2',
  name,
  version,
  appVersion: release,
  description: `A small chart with the shape of Linkerd's, for the practice cluster`,
  type: 'application',
  kubeVersion: `>=1.${kubernetesSupport(release)?.enforced ?? 16}.0-0`,
});

/** The default values of a chart. */
export function chartValues({ part, release }: ChartId): Values {
  switch (part) {
    case 'crds':
      return crdsValues(release);
    case 'control-plane':
    case 'everything':
      return controlPlaneValues(release);
    default:
      return extensionValues(part, release);
  }
}

function templatesOf({ part, release }: ChartId): Readonly<Record<string, string>> {
  const { major } = factsOf(release);
  switch (part) {
    case 'crds':
      return { crds: crdsTemplate(release, '.Release.Namespace') };
    case 'control-plane':
      return { 'control-plane': controlPlaneTemplate(release) };
    case 'everything':
      return {
        crds: crdsTemplate(release, namespaceOf(major)),
        'control-plane': controlPlaneTemplate(release),
      };
    default:
      return { [part]: extensionTemplate(part, release) };
  }
}

/** All files of a chart. */
export function chartFiles(chart: ChartId): ChartFiles {
  const templates = Object.entries(templatesOf(chart));
  const isMesh = chart.part === 'control-plane' || chart.part === 'everything';
  return {
    'Chart.yaml': stringify(chartMetadata(chart)),
    'values.yaml': stringify(chartValues(chart)),
    ...(isMesh ? { 'values-ha.yaml': stringify(haValues) } : {}),
    ...Object.fromEntries(templates.map(([name, text]) => [`templates/${name}.yaml`, text])),
  };
}
