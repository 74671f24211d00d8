/** What was seen of notices, in words: the same on the screen, line by line, in the report and in a ticket. */
import { counted } from '../../data-plane/words.ts';
import { nameOf } from '../finding.ts';
import type { Part } from '../snapshot.ts';
import { grouped, type NoticeGroups } from './groups.ts';
import type { NoticeResult, NotLookedAt, Touched } from './model.ts';

/** `Deployment shop/web` */
export const objectText = ({ subject }: Touched): string => nameOf(subject);

/** `Pod shop/web-1: spec.nodeName = n1`; the object is left out where it is the one that is touched. */
export function proofText({ subject, evidence: { ref, path, value } }: Touched): string {
  const where = path === undefined ? value : `${path} = ${value}`;
  return ref === nameOf(subject) ? where : `${ref}: ${where}`;
}

const partNames: Partial<Record<Part, string>> = {
  customResourceDefinitions: 'custom resource definitions',
  serverVersion: 'the version of the API server',
  installations: 'the values of the installation',
};

/** `services could not be looked at: It needs the permission to list services in all namespaces.` */
export const unseenText = ({ part, message }: NotLookedAt): string =>
  `${partNames[part] ?? part.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)} could not be looked at: ${message}`;

/** `2 of 30 changes touch this cluster, 3 are to be acknowledged, 25 touch nothing here.` */
export function summaryText(results: readonly NoticeResult[]): string {
  if (results.length === 0) return 'There are no changes between these versions.';
  const { touched, unseen, acknowledge, elsewhere } = grouped(results);
  const parts = [
    `${touched.length} of ${counted(results.length, 'change')} ${touched.length === 1 ? 'touches' : 'touch'} this cluster`,
    ...(unseen.length === 0 ? [] : [`${unseen.length} could not be looked at`]),
    ...(acknowledge.length === 0
      ? []
      : [`${acknowledge.length} ${acknowledge.length === 1 ? 'is' : 'are'} to be acknowledged`]),
    `${elsewhere.length} ${elsewhere.length === 1 ? 'touches' : 'touch'} nothing here`,
  ];
  return `${parts.join(', ')}.`;
}

/** The heading of each group. */
export const groupTitles: Readonly<Record<keyof NoticeGroups, string>> = {
  touched: 'Touches this cluster',
  unseen: 'Could not be looked at',
  acknowledge: 'To be acknowledged: no cluster can tell',
  elsewhere: 'Touches nothing here',
};

/** What is said after the title of a notice: of which line it is, and whether a person has to look. */
export const marksOf = ({ line, certainty, outcome }: NoticeResult): string =>
  [line, ...(outcome.type === 'touched' && certainty === 'suspect' ? ['may be touched: look'] : [])].join(
    ', ',
  );

/** Objects that are not named. */
export const moreText = ({ outcome }: NoticeResult): string | undefined =>
  outcome.type === 'touched' && outcome.count > outcome.objects.length
    ? `and ${outcome.count - outcome.objects.length} more`
    : undefined;

/** One notice in lines: its title and what it says, then what is touched, or why it could not be looked at. */
export function noticeTexts(result: NoticeResult): readonly string[] {
  const { outcome, title, text } = result;
  const lead = `${title} (${marksOf(result)})${text === '' ? '' : `: ${text}`}`;
  switch (outcome.type) {
    case 'touched': {
      const more = moreText(result);
      return [
        lead,
        ...outcome.objects.map((one) => `- ${objectText(one)}: ${proofText(one)}`),
        ...(more === undefined ? [] : [`- ${more}`]),
        ...outcome.unseen.map((one) => `- ${unseenText(one)}`),
      ];
    }
    case 'not-checked':
      return [lead, ...outcome.unseen.map((one) => `- ${unseenText(one)}`)];
    case 'to-acknowledge':
    case 'not-here':
      return [lead];
  }
}

/** What came of one notice, in a sentence. */
export function outcomeText({ outcome, certainty }: NoticeResult): string {
  switch (outcome.type) {
    case 'touched':
      return certainty === 'suspect'
        ? `${counted(outcome.count, 'object')} may be touched: look at ${outcome.count === 1 ? 'it' : 'them'}.`
        : `${counted(outcome.count, 'object')} ${outcome.count === 1 ? 'is' : 'are'} touched.`;
    case 'not-checked':
      return 'Whether this touches the cluster could not be looked at.';
    case 'to-acknowledge':
      return 'No cluster can tell whether this touches it.';
    case 'not-here':
      return 'It touches nothing here.';
  }
}

/** All of it, group by group; of what touches nothing here the names in one line. */
export function impactTexts(results: readonly NoticeResult[]): readonly string[] {
  const groups = grouped(results);
  const told = (['touched', 'unseen', 'acknowledge'] as const).flatMap((group) =>
    groups[group].length === 0 ? [] : [`${groupTitles[group]}:`, ...groups[group].flatMap(noticeTexts)],
  );
  return [
    ...told,
    ...(groups.elsewhere.length === 0
      ? []
      : [`${groupTitles.elsewhere}: ${groups.elsewhere.map(({ id }) => id).join(', ')}`]),
  ];
}
