import type { WalkEnd } from '../../state/walk.ts';

/** The exit code of a session's end, as the table of exit codes in the documentation has it. */
export function exitCodeOf(end: WalkEnd): number {
  switch (end.type) {
    case 'completed':
      return 0;
    case 'paused':
    case 'stopped':
      return 3;
    case 'failed':
      return 5;
    case 'unanswered':
      return 6;
    case 'broken':
      return 7;
  }
}
