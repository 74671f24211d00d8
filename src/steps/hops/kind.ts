import { planPath } from '../../linkerd/path/plan-path.ts';
import { resolveFile } from '../../runbook/links.ts';
import type { Around, AskingKind, Visit } from '../../state/kind.ts';
import type { Question } from '../../state/question.ts';
import { fillIn } from '../fill-in.ts';
import { hopName } from '../plan/words.ts';
import { type HopsSpec, hopsSchema } from './schema.ts';

/** The versions at which hops begin and end, in order; or why there are none. */
type Way =
  | { readonly ok: true; readonly stops: readonly string[] }
  | { readonly ok: false; readonly why: string };

/**
 * One runbook, walked once for each hop of a way. It is asked once; the answer is the versions on the way, since the parameters that
 * hold them change with each hop. A hop that is left half way opens the question again, and those that were finished are not walked again.
 */
export const hopsKind: AskingKind<HopsSpec> = {
  way: 'asks',
  schema: hopsSchema,
  sets: () => ['FROM', 'TO'],
  question(spec, around): Question {
    const way = wayOf(spec, around);
    const { at } = around;
    if (!way.ok) return { type: 'confirm', at, message: way.why, mustType: undefined };
    const answer = way.stops.join(' ');
    return {
      type: 'choose',
      at,
      message: messageOf(way.stops, around),
      options: [{ value: answer, label: labelOf(way.stops, around) }],
      default: answer,
    };
  },
  answer(spec, intent, around) {
    const way = wayOf(spec, around);
    if (!way.ok)
      return { ok: false, why: `${way.why} Skip this step, or go back and choose another target.` };
    const answer = way.stops.join(' ');
    return intent.type === 'choose' && intent.value === answer
      ? { ok: true, answer }
      : { ok: false, why: 'Choose to walk the hops, or leave the session for now.' };
  },
  label: (_spec, answer) => `${hopsOf(answer.split(' '), '').length} hops, to ${answer.split(' ').at(-1)}`,
  effect: (spec, answer, file) => ({
    ruledOut: [],
    visits: hopsOf(answer.split(' '), resolveFile(file, spec.runbook)),
  }),
};

function wayOf({ from, to }: HopsSpec, { values }: Around): Way {
  const [start, target] = [fillIn(from, values), fillIn(to, values)];
  for (const one of [start, target])
    if (!one.ok) return { ok: false, why: `The parameter ${one.missing} has no value.` };
  if (!start.ok || !target.ok) return { ok: false, why: '' };
  const path = planPath(start.text, target.text);
  switch (path.type) {
    case 'path':
      return { ok: true, stops: [path.from, ...path.hops.map((hop) => hop.to)] };
    case 'nothing':
      return { ok: true, stops: [start.text] };
    case 'refused':
      return { ok: false, why: `${path.reason} ${path.advice}`.trim() };
  }
}

/** The visits between versions: what they are called, and what they set. */
function hopsOf(stops: readonly string[], file: string): readonly Visit[] {
  return stops.slice(1).map((to, index) => {
    const hop = { from: stops[index]!, to };
    return {
      file,
      key: `${hop.from} ${hop.to}`,
      why: hopName(hop, index, stops.length - 1),
      set: { FROM: hop.from, TO: hop.to },
    };
  });
}

/** The hops that are still to be walked. */
const left = (stops: readonly string[], { visited }: Around): readonly Visit[] =>
  hopsOf(stops, '').filter(({ key }) => key !== undefined && !visited.includes(key));

function messageOf(stops: readonly string[], around: Around): string {
  const [next, ...later] = left(stops, around);
  if (next === undefined) return `${stops[0]} runs, and there is no hop to be walked.`;
  const all = stops.length - 1;
  const open = later.length + 1;
  if (all === 1) return `One hop: ${next.why}.`;
  const how =
    open === all
      ? `${all} hops, one after the other`
      : `${open} of ${all} hops ${open === 1 ? 'is' : 'are'} left`;
  const dry =
    around.mode === 'dry-run' && later.length > 0
      ? ' In a dry run only the first is walked: the others begin with what it would have changed.'
      : '';
  return `${how}. The next is ${next.why.charAt(0).toLowerCase()}${next.why.slice(1)}.${dry}`;
}

function labelOf(stops: readonly string[], around: Around): string {
  const open = left(stops, around).length;
  if (open === 0) return 'Go on';
  return open === 1
    ? 'Walk it'
    : open === stops.length - 1
      ? `Walk these ${open} hops`
      : `Walk the ${open} that are left`;
}
