/** The plan of a pruning as text: for the record, for a ticket, and where there is no screen. */
import { counted } from '../../data-plane/words.ts';
import { objectName, type PrunePlan, resourcesWords } from './plan.ts';

/** All of it, object by object. */
export function planText(plan: PrunePlan): string {
  const { rows, left, unseen, label } = plan;
  return [
    headline(plan),
    `Each carries the label ${label}.`,
    '',
    ...rows.map(
      (row) =>
        `  ${objectName(row)}${row.resources === undefined ? '' : `, with ${resourcesWords(row.resources)}`}`,
    ),
    ...section(
      'Left as they are:',
      left.map((one) => `  ${objectName(one)}: ${one.why}`),
    ),
    ...section(
      'Not looked at:',
      unseen.map((one) => `  ${one}`),
    ),
  ].join('\n');
}

/** `Delete 12 objects, 1 of them a definition`, `Delete 2 definitions with 7 resources of theirs` */
export function headline({ what, rows }: Pick<PrunePlan, 'what' | 'rows'>): string {
  const definitions = rows.filter(({ resources }) => resources !== undefined);
  if (what === 'definitions') {
    const known = definitions.every(({ resources = 0 }) => resources >= 0);
    const sum = definitions.reduce((all, { resources = 0 }) => all + resources, 0);
    const resources = known ? counted(sum, 'resource') : 'all resources';
    return `Delete ${counted(rows.length, 'definition')} with ${resources} of theirs`;
  }
  const of = definitions.length === 0 ? '' : `, ${counted(definitions.length, 'definition')} among them`;
  return `Delete ${counted(rows.length, 'object')}${of}`;
}

const section = (title: string, lines: readonly string[]) =>
  lines.length === 0 ? [] : ['', title, ...lines];
