/** What a restart is at just now, and why it waits, in a few lines at the bottom of its panel. */
import type { PlannedWorkload } from '../../data-plane/restart-plan.ts';
import { type RestartState, stateOf } from '../../data-plane/restart-state.ts';
import { age, clock } from '../../terminal/duration.ts';
import type { Glyphs } from '../../terminal/glyphs.ts';
import { type Line, type StyleName, span } from '../../terminal/line.ts';
import { wrap } from '../../terminal/text.ts';
import { labelOf } from './panel-words.ts';
import type { RestartProgress } from './progress.ts';

/** What the lines are made from. */
export interface Waits {
  readonly progress: RestartProgress | undefined;
  readonly state: RestartState;
  readonly workloads: readonly PlannedWorkload[];
  readonly several: boolean;
  readonly gate: string | undefined;
  readonly now: number;
}

interface Said {
  readonly text: string;
  readonly style: StyleName;
  readonly grave?: true;
}

/** At most `most` lines of that width. */
export function waitLines(waits: Waits, width: number, most: number, glyphs: Glyphs): readonly Line[] {
  const lines = said(waits).flatMap(({ text, style, grave }) =>
    wrap(text, width - (grave ? 2 : 0)).map(
      (part, at): Line => [
        ...(grave ? [span(at === 0 ? `${glyphs.warning} ` : '  ', style)] : []),
        span(part, grave ? 'plain' : style),
      ],
    ),
  );
  return lines.slice(0, most);
}

function said(waits: Waits): readonly Said[] {
  const { progress, state, now } = waits;
  const lines: Said[] = [];
  const grave = (text: string, style: StyleName = 'warning') => lines.push({ text, style, grave: true });
  if (progress?.away) {
    const { since, why } = progress.away;
    grave(
      `The cluster has not been seen for ${age(Math.max(0, now - since))} (${why.replace(/\.$/, '')}). It goes on when it is back.`,
    );
  }
  if (state.held) grave('Held by the operator: no further restart begins until go on.');
  if (state.stopAfter !== undefined) grave(`Ends after wave ${state.stopAfter + 1}, as the operator wishes.`);
  if (progress) lines.push(...doing(waits, progress));
  return lines;
}

function doing({ workloads, several, gate, state, now }: Waits, progress: RestartProgress): readonly Said[] {
  const { doing: at } = progress;
  const name = (id: string) => {
    const found = workloads.find((one) => one.id === id);
    return found ? labelOf(found, several) : id;
  };
  switch (at.type) {
    case 'patching':
      return [{ text: `Tells the server to restart ${name(at.id)}.`, style: 'quiet' }];
    case 'checking':
      return [{ text: `The gate runs: ${gate ?? ''}`, style: 'quiet' }];
    case 'unheard':
      return [
        {
          text: `The server could not be told to restart ${name(at.id)}: ${at.why} It is told again.`,
          style: 'warning',
          grave: true,
        },
      ];
    case 'waiting':
      break;
  }
  const open = workloads.filter(({ id }) => stateOf(state, id).type === 'restarting');
  const slow = open.find(({ id }) => progress.workloads[id]?.stuck) ?? open[0];
  const seen = slow && progress.workloads[slow.id];
  const why = seen && seen.reason !== '' ? `: ${seen.reason}` : '';
  switch (at.for) {
    case 'soak':
      return [{ text: `Soaks: ${clock((at.until ?? now) - now)} left of this wave.`, style: 'quiet' }];
    case 'stuck':
      return slow
        ? [
            {
              text: `Nothing more begins: ${labelOf(slow, several)} is stuck${why}`,
              style: 'bad',
              grave: true,
            },
          ]
        : [];
    case 'others': {
      const failed = workloads.filter(({ id }) => stateOf(state, id).type === 'failed');
      const names = failed.map((one) => labelOf(one, several)).join(', ');
      return [
        {
          text: `${names} failed. Nothing more begins; ${open.length} under way ${open.length === 1 ? 'is' : 'are'} watched to the end. Retry or skip what failed to go on.`,
          style: 'bad',
          grave: true,
        },
      ];
    }
    case 'held':
    case 'rollouts':
      return slow ? [{ text: `Waits for ${labelOf(slow, several)}${why}`, style: 'quiet' }] : [];
  }
}
