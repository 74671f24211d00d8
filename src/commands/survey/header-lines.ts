/** The top of the survey: which cluster, its control planes, how many pods, and how many have which proxy. */

import type { ControlPlaneMeta, Survey } from '../../data-plane/model.ts';
import { counted } from '../../data-plane/words.ts';
import type { Glyphs } from '../../terminal/glyphs.ts';
import { EMPTY_LINE, type Line, span } from '../../terminal/line.ts';
import { wrap } from '../../terminal/text.ts';
import { columnLines } from './columns.ts';
import { STANDING_STYLES, STANDING_WORDS, type SurveyedCluster, standingMark, versionWords } from './view.ts';

export interface Sheet {
  /** Columns of the terminal; undefined: nothing is cut. */
  readonly width: number | undefined;
  readonly glyphs: Glyphs;
}

const LABEL = 15;
const BAR = 20;

/** A label, and its text in as many lines as it takes. */
function labelled(label: string, text: string, { width }: Sheet): Line[] {
  const lines = width === undefined ? [text] : wrap(text, width - LABEL);
  return lines.map((line, index) => [span((index === 0 ? label : '').padEnd(LABEL), 'quiet'), span(line)]);
}

export function headerLines(survey: Survey, cluster: SurveyedCluster, sheet: Sheet): Line[] {
  const { totals } = survey;
  const where =
    cluster.namespaces.length > 0
      ? `${counted(cluster.namespaces.length, 'namespace')} asked for: ${cluster.namespaces.join(', ')}`
      : counted(totals.namespaces, 'namespace');
  return [
    ...labelled(
      'Cluster',
      `${cluster.name}${cluster.practice && cluster.name !== 'practice' ? ' (practice)' : ''}`,
      sheet,
    ),
    ...(survey.controlPlanes.length === 0
      ? labelled('Control plane', noControlPlane(survey), sheet)
      : survey.controlPlanes.flatMap((one) => labelled('Control plane', controlPlaneWords(one), sheet))),
    ...labelled('Pods', `${counted(totals.pods, 'pod')} in ${where}`, sheet),
    ...labelled('With a proxy', meshedWords(survey), sheet),
    ...histogram(survey, sheet),
    EMPTY_LINE,
  ];
}

function noControlPlane(survey: Survey): string {
  return survey.unseen.length > 0 ? 'none was seen' : 'none: Linkerd is not installed here';
}

function controlPlaneWords(one: ControlPlaneMeta): string {
  if (one.state === 'missing') return `missing: pods belong to one in ${one.namespace}, where none is`;
  const version = one.version ?? 'version not known';
  const fresh =
    one.proxyVersion === undefined || one.proxyVersion === one.version
      ? ''
      : `; new proxies get ${one.proxyVersion}`;
  return `${version} in ${one.namespace}${one.version === undefined ? '' : `, by ${one.source}`}${fresh}`;
}

function meshedWords({ totals, completed }: Survey): string {
  const parts = [
    totals.controlPlane > 0 ? `${totals.controlPlane} control plane` : '',
    totals.extension > 0 ? `${totals.extension} extensions` : '',
    totals.dataPlane > 0 ? `${totals.dataPlane} data plane` : '',
  ].filter((part) => part !== '');
  const over = completed > 0 ? `; ${completed} more ${completed === 1 ? 'is' : 'are'} over` : '';
  return `${totals.meshed}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}${over}`;
}

/** A bar for each version, the longest for the one that most pods have. */
function histogram({ versions }: Survey, { width, glyphs }: Sheet): Line[] {
  if (versions.length === 0) return [];
  const most = Math.max(...versions.map(({ pods }) => pods));
  const room = width !== undefined && width < 80 ? BAR / 2 : BAR;
  const bars = width === undefined || width >= 60;
  const bar = (pods: number) =>
    span(glyphs.filled.repeat(Math.max(1, Math.round((pods / most) * room))), 'quiet');
  const rows = versions.map(({ version, skew, pods, workloads }) => [
    span(versionWords(version)),
    ...(bars ? [bar(pods)] : []),
    span(String(pods)),
    span(String(workloads)),
    span(`${standingMark(skew, glyphs)} ${STANDING_WORDS[skew]}`, STANDING_STYLES[skew]),
  ]);
  const columns = [
    { title: 'PROXY', atLeast: 12 },
    ...(bars ? [{ title: '' }] : []),
    { title: 'PODS', right: true },
    { title: 'WORKLOADS', right: true },
    { title: 'SKEW' },
  ];
  return [EMPTY_LINE, ...columnLines(columns, rows, { width, mark: glyphs.cut })];
}
