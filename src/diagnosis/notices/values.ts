/** Keys that whoever installed Linkerd has set: in the values of a Helm release, or in what the CLI keeps of its flags. */
import { fieldOf, subjectOf } from '../meshed-pods.ts';
import { judgeOf, passesOf, shown } from './judge.ts';
import type { Probe } from './model.ts';
import { type Place, placesAt, readPath } from './path.ts';
import { type Looked, type Probed, unseenOf } from './probed.ts';

type ValuesProbe = Extract<Probe, { type: 'values' }>;

/** One object for each installation that sets one of the keys, with the first that it sets. */
export function probeValues({ keys, tests, where }: ValuesProbe, { view }: Looked): Probed {
  const unseen = unseenOf(view, ['installations']);
  if (unseen.length > 0) return { touched: [], unseen };
  const paths = keys.map((key) => key.replace(/\.\*$/, '')).flatMap(valuesPath);
  const questions = where.map(judgeOf);
  const wanted = tests.map(({ test, not }) => ({ passes: passesOf(test), not }));
  const touched = view
    .objects('installations')
    .filter((object) => questions.every((ask) => ask(object).holds))
    .flatMap((object) => {
      const set = paths.flatMap((path) => placesAt(object, path)).flatMap(leaves);
      const found = set.find(({ value }) => wanted.every(({ passes, not }) => passes(value) !== not));
      return found === undefined
        ? []
        : [{ subject: subjectOf(object), evidence: fieldOf(object, found.path, shown(found.value)) }];
    });
  return { touched, unseen: [] };
}

const valuesPath = (key: string) => {
  const reading = readPath(`values.${key}`);
  return reading.ok ? [reading.path] : [];
};

const mostLeaves = 100;

/** The values below a place; an empty mapping sets nothing. */
function leaves(place: Place): readonly Place[] {
  const open = [place];
  const found: Place[] = [];
  for (const one of open) {
    if (found.length >= mostLeaves) break;
    if (typeof one.value !== 'object' || one.value === null) found.push(one);
    else
      open.push(
        ...placesAt(one.value, everything).map((at) => ({
          path: joined(one.path, at.path),
          value: at.value,
        })),
      );
  }
  return found;
}

const everything = { text: '[*]', segments: [{ type: 'each' }] } as const;
const joined = (path: string, below: string) =>
  below.startsWith('[') ? `${path}${below}` : `${path}.${below}`;
