import type { SteerWord } from '../../state/kind.ts';

/** The operator's words while a restart goes on. */
export const restartWords: readonly SteerWord[] = [
  {
    word: 'hold',
    label: 'hold',
    key: 'h',
    about: 'whole',
    help: 'Begin no further restart; those under way are watched to their end.',
  },
  {
    word: 'go-on',
    label: 'go on',
    key: 'g',
    about: 'whole',
    help: 'Go on after a hold, and take back the wish to stop after this wave.',
  },
  {
    word: 'stop-after',
    label: 'last wave',
    key: 'w',
    about: 'whole',
    help: 'End after this wave and its gate; what is not begun by then is left as it is.',
  },
  {
    word: 'skip',
    label: 'skip it',
    key: 'x',
    about: 'row',
    help: 'Leave the selected workload out, or wait for it no longer where its restart has begun.',
  },
  {
    word: 'retry',
    label: 'retry it',
    key: 'r',
    about: 'row',
    help: 'Restart the selected workload once more after it has failed.',
  },
];
