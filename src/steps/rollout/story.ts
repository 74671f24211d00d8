/** What is written down of a rollout while it is watched: the turns it takes, not every pod. Pure. */
import type { RolloutBoard } from '../../cluster/rollouts/rollout-watch.ts';
import type { Rollout } from '../../rollout/model.ts';
import { isFine, label, newReady, phaseWord, trouble, wantedPods } from './panel-words.ts';
import { reasonWords } from './verdict.ts';

/** The turns that were told of each workload, by its uid, since it was well last: what goes to and fro is told once. */
export type Told = Readonly<Record<string, readonly string[]>>;

export interface Chapter {
  readonly text: string;
  readonly told: Told;
}

/** So many workloads are named in one line; the others are counted. */
const namedAtOnce = 4;

/** What has changed since `told`; undefined where nothing has that is worth a line. */
export function nextChapter(board: RolloutBoard, told: Told): Chapter | undefined {
  if (!board.complete) return undefined;
  const several = new Set(board.rollouts.map(({ ref }) => ref.namespace)).size > 1;
  const first = Object.keys(told).length === 0;
  const changed = board.rollouts.filter((rollout) => isNews(rollout, told[rollout.uid] ?? []));
  if (changed.length === 0) return undefined;
  const now = Object.fromEntries(
    changed.map((rollout) => {
      const before = rollout.good ? [] : (told[rollout.uid] ?? []);
      return [rollout.uid, [...before, turnOf(rollout)]];
    }),
  );
  // At the beginning those that are well are no news; their number is.
  const news = first ? changed.filter((rollout) => !isFine(rollout)) : changed;
  const lines = news
    .toSorted((a, b) => weight(a) - weight(b))
    .slice(0, namedAtOnce)
    .map((rollout) => `${label(rollout, several)}: ${words(rollout)}`);
  const more = news.length > namedAtOnce ? [`and ${news.length - namedAtOnce} more`] : [];
  const fine = board.rollouts.filter(isFine).length;
  const count = `${fine} of ${board.rollouts.length} rolled out`;
  const text = first
    ? [`Watching ${board.rollouts.length}: ${count}`, ...lines, ...more]
    : [...lines, ...more, ...(board.rollouts.length > 1 ? [count] : [])];
  return { text: `${text.join('; ').replace(/\.$/, '')}.`, told: now };
}

/** What there is to tell of a rollout: its phase, or the first reason why it waits. */
function turnOf(rollout: Rollout): string {
  const why = trouble(rollout);
  return [rollout.revision, ...(why ? [why.code, why.subject] : [rollout.phase])].join(' ');
}

/** Being well again is always news; anything else only the first time since then. */
function isNews(rollout: Rollout, told: readonly string[]): boolean {
  const turn = turnOf(rollout);
  return rollout.good ? told.at(-1) !== turn : !told.includes(turn);
}

function words(rollout: Rollout): string {
  const why = trouble(rollout);
  const count = `${newReady(rollout)} of ${wantedPods(rollout)} ready`;
  if (why) return reasonWords(why, rollout).replace(/\.$/, '');
  if (rollout.good) return phaseWord(rollout) || `rolled out, ${count}`;
  return `${phaseWord(rollout) || 'rolling out'}, ${count}`;
}

/** What is in trouble is told first. */
const weight = (rollout: Rollout): number =>
  trouble(rollout)?.kind === 'doomed' ? 0 : trouble(rollout) ? 1 : rollout.good ? 3 : 2;
