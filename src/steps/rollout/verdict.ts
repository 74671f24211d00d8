/** When watching is over, and how: done, failed with the reason, or out of time. Pure; the judge remembers only since when things are so. */
import type { RolloutBoard } from '../../cluster/rollouts/rollout-watch.ts';
import type { Reason, Rollout } from '../../rollout/model.ts';
import { needOf } from '../../rollout/needs-human.ts';
import { phaseTitle, reasonDetail, reasonLine } from '../../rollout/words.ts';
import { formatDuration } from '../../runbook/durations.ts';
import { missingName } from '../workload-names.ts';
import { byHand, isFine, label, newReady, trouble } from './panel-words.ts';
import type { RolloutEnd } from './shown.ts';

/** What the verdict is held to. Times are ms since the epoch, lengths of time ms. */
export interface Terms {
  readonly timeoutAt: number;
  /** How long it was to take. */
  readonly timeout: number;
  readonly settle: number;
  readonly patience: number;
  /** ` in shop`: where it is watched, after a noun. */
  readonly where: string;
  /** Workloads, or a selector, were named: then there must be some. */
  readonly named: boolean;
}

/** Since when a rollout is past help, until when it was seen so, and which state of the object that was. */
interface Loss {
  readonly since: number;
  readonly seenAt: number;
  readonly generation: number;
}

/** A container that runs for a moment between two crashes has not been mended. */
const relapseMs = 20_000;

export class Judge {
  readonly #terms: Terms;
  #goodSince: number | undefined;
  readonly #losses = new Map<string, Loss>();

  constructor(terms: Terms) {
    this.#terms = terms;
  }

  /** The end as the board shows it now; undefined: it goes on. What is not up to date is no ground for any verdict but lateness. */
  judge(board: RolloutBoard, now: number): RolloutEnd | undefined {
    const { timeoutAt } = this.#terms;
    const sure = board.complete && board.live ? this.#ofWhatIsSeen(board, now) : undefined;
    if (!board.live) this.#goodSince = undefined;
    if (sure) return { ...sure, at: now };
    return now >= timeoutAt && (board.complete || now >= timeoutAt + unseenGraceMs)
      ? { verdict: 'timed-out', detail: this.#late(board), at: now }
      : undefined;
  }

  #ofWhatIsSeen(board: RolloutBoard, now: number): Omit<RolloutEnd, 'at'> | undefined {
    const { settle: forLong, where } = this.#terms;
    const [missing] = board.missing;
    if (missing) return failed(`There is no ${missingName(missing)}.`);
    if (board.rollouts.length === 0) return this.#nothing(board);
    const open = board.rollouts.filter((rollout) => !isFine(rollout));
    if (open.length > 0) {
      this.#goodSince = undefined;
      const lost = this.#hopeless(open, now);
      return lost && failed(`${sentence(lost, board)}${countOf(board)}${notSeen(board)}`);
    }
    this.#goodSince ??= now;
    if (now - this.#goodSince < forLong) return undefined;
    // What was asked about and cannot be seen is not done because the rest is.
    const [dark] = board.unknown;
    if (dark)
      return failed(
        `It cannot be seen how it is with ${missingName(dark)}.${countOf(board)}${notSeen(board)}`,
      );
    const { rollouts } = board;
    const pods = rollouts.reduce((sum, rollout) => sum + newReady(rollout), 0);
    const all = rollouts.length === 1 ? `${label(rollouts[0]!, false)} is` : `All ${rollouts.length} are`;
    const detail = `${all} rolled out${where}: ${pods} ${pods === 1 ? 'pod' : 'pods'} ready.${notSeen(board)}`;
    return { verdict: 'done', detail };
  }

  #nothing(board: RolloutBoard): Omit<RolloutEnd, 'at'> {
    const { where, named } = this.#terms;
    if (board.unseen.length > 0) return failed(`Nothing could be seen${where}.${notSeen(board)}`);
    return named
      ? failed(`There is nothing of what was named${where}.`)
      : {
          verdict: 'done',
          detail: `There is nothing to watch${where}: no Deployment, StatefulSet or DaemonSet.`,
        };
  }

  /** The first that only a human can help, and has been so for long enough while it was watched. */
  #hopeless(open: readonly Rollout[], now: number): Rollout | undefined {
    const lost = open.filter((rollout) => hasGivenUp(rollout) || needOf(rollout) !== undefined);
    for (const rollout of lost) {
      const { uid, generation } = rollout;
      const before = this.#losses.get(uid);
      const goesOn = before?.generation === generation && now - before.seenAt < relapseMs;
      this.#losses.set(uid, { since: goesOn ? before.since : now, seenAt: now, generation });
    }
    return lost.find((rollout) => {
      // Where its controller has given up or has nothing more to do, nothing is under way that could mend it.
      const grace =
        hasGivenUp(rollout) || needOf(rollout) === 'now' ? this.#terms.settle : this.#terms.patience;
      return now - (this.#losses.get(rollout.uid)?.since ?? now) >= grace;
    });
  }

  #late(board: RolloutBoard): string {
    const { timeout, where } = this.#terms;
    const late = `Not done after ${formatDuration(timeout)}`;
    const stale = board.streams.find(({ status }) => status.type === 'stale')?.status;
    const old = stale?.type === 'stale' ? ` What was seen is not up to date: ${withStop(stale.why)}` : '';
    if (!board.complete) return `${late}: the cluster has not told what there is${where}.${old}`;
    const open = board.rollouts.filter((rollout) => !isFine(rollout));
    const first = open.find(({ reasons }) => reasons.length > 0) ?? open[0];
    if (!first) return `${late}: it was not seen to stay good for long enough.${old}`;
    return `${late}. ${sentence(first, board)}${countOf(board)}${old}${notSeen(board)}`;
  }
}

/** After a resume the time may be over before anything was seen: so long is waited for the first look. */
const unseenGraceMs = 30_000;

const failed = (detail: string): Omit<RolloutEnd, 'at'> => ({ verdict: 'failed', detail });

/**
 * Its deadline is over. kubectl has no other error that ends a wait but that it cannot follow OnDelete, where somebody may be
 * deleting the pods; and a Deployment that was paused after its deadline waits for somebody too.
 */
const hasGivenUp = ({ phase, kubectl }: Rollout): boolean => phase === 'STUCK' && kubectl.error;

/** `web waits: IMAGE_PULL, 1 of 3 new pods: nginx:none: not found.` */
export function sentence(rollout: Rollout, board: RolloutBoard): string {
  const several = new Set(board.rollouts.map(({ ref }) => ref.namespace)).size > 1;
  const name = label(rollout, several);
  const reason = trouble(rollout) ?? rollout.reasons[0];
  if (reason) {
    const state = rollout.settled ? 'is not right' : 'waits';
    return `${name} ${state}: ${withStop(reasonWords(reason, rollout))}${lookedAtWords(reason, rollout)}`;
  }
  const hand = rollout.good ? undefined : byHand(rollout);
  if (hand !== undefined) return `${name}: ${withStop(hand)}`;
  const phase = rollout.phase === 'PROGRESSING' ? '' : `${phaseTitle(rollout.phase)}. `;
  return `${name}: ${phase}${withStop(rollout.kubectl.message)}`;
}

/** Where no cause was found, what was looked at, and what could not be. */
const lookedAtWords = ({ code }: Reason, { lookedAt }: Rollout): string =>
  code === 'UNDETERMINED' && lookedAt.length > 0 ? ` Looked at: ${lookedAt.join('; ')}.` : '';

/** A reason in one line, without the name of the workload. */
export const reasonWords = (reason: Reason, rollout: Rollout): string =>
  `${reasonLine(reason, rollout)}: ${reasonDetail(reason)}`;

const withStop = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

function countOf({ rollouts }: RolloutBoard): string {
  if (rollouts.length < 2) return '';
  return ` ${rollouts.filter(isFine).length} of ${rollouts.length} are rolled out.`;
}

const notSeen = ({ unseen }: RolloutBoard): string =>
  unseen.length === 0 ? '' : ` Not seen: ${unseen.join(', ')}.`;
