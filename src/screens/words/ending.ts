import type { Ending } from '../../state/event.ts';

export interface EndingWords {
  /** `exit 127`, `killed by SIGTERM`. */
  readonly short: string;
  /** What that usually means, a sentence; empty where there is nothing to add. */
  readonly meaning: string;
}

/** The conventions of POSIX shells, `timeout(1)` and `kubectl diff` for exit codes. */
const meanings: Readonly<Record<number, string>> = {
  1: 'The command reports a failure of its own. Its last lines say which.',
  2: 'Wrong usage: an option or an argument was not understood.',
  124: 'A timeout inside the command ran out before it was done.',
  125: 'The wrapper (timeout, env, nohup) failed before the command began.',
  126: 'The command was found but may not be executed. Look at its permissions.',
  127: 'A command was not found on the PATH. Is the tool installed here?',
  129: 'Ended by SIGHUP: the terminal it hung on went away.',
  130: 'Ended by SIGINT: somebody pressed Ctrl-C.',
  134: 'The program aborted itself (SIGABRT).',
  137: 'Killed by SIGKILL: by the out-of-memory killer, or by somebody with kill -9.',
  139: 'The program crashed (SIGSEGV).',
  141: 'A pipe was closed by its reader (SIGPIPE): the right side of a | ended first.',
  143: 'Ended by SIGTERM: somebody or something asked it to stop.',
};

const ofCode = (code: number): string =>
  meanings[code] ??
  (code > 128 && code < 160
    ? `Ended by signal ${code - 128}.`
    : 'The command reports a failure of its own. Its last lines say which.');

const ofKill = { operator: 'You ended it.', timeout: 'Its time limit ran out.', other: '' } as const;

/** What an ending means, in words for the operator. */
export function endingWords(ending: Ending): EndingWords {
  switch (ending.type) {
    case 'exited':
      return {
        short:
          ending.ok && ending.code !== 0 ? `exit ${ending.code}, which is well here` : `exit ${ending.code}`,
        meaning: ending.ok ? '' : ofCode(ending.code),
      };
    case 'killed':
      return {
        short: ending.by === 'timeout' ? 'timed out' : `killed by ${ending.signal}`,
        meaning:
          ofKill[ending.by] ||
          (ending.signal === 'SIGKILL'
            ? 'Nobody here ended it: perhaps the out-of-memory killer, or kill -9 from elsewhere.'
            : 'Nobody here ended it: the signal came from elsewhere.'),
      };
    case 'not-started':
      return { short: 'did not start', meaning: ending.why };
    case 'unknown':
      return {
        short: 'outcome unknown',
        meaning: 'Nobody saw how it ended. It may have done all of its work, some, or none.',
      };
  }
}
