import type { SteerWord } from '../../state/kind.ts';

/** The operator's words while rollouts are watched. */
export const rolloutWords: readonly SteerWord[] = [
  {
    word: 'log',
    label: 'log lines',
    key: 'g',
    about: 'row',
    onPanel: true,
    help: 'Show the last log lines of the selected pod below it; of a workload, those of the pod that fails, and where it is well, of the pod that fails in another. Again: away with them.',
  },
  {
    word: 'events',
    label: 'events',
    key: 'e',
    about: 'row',
    onPanel: true,
    help: 'Show the warnings about that pod below it. Again: away with them.',
  },
  {
    word: 'accept',
    label: 'accept',
    key: 'a',
    about: 'whole',
    help: 'Go on with the rollout as it is, done or not: say it twice within 10 s. It is written down.',
  },
];
