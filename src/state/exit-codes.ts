import type { WalkEnd } from './walk.ts';

/** The exit codes of every verb, in one table: `docs/exit-codes.md` and `--help` are held to it by a test. */
export const exitCodes = {
  done: { code: 0, meaning: 'Done: the runbook came to its end, or the command gave what was asked for.' },
  bug: { code: 1, meaning: 'A mistake of Handrail itself. The message says how to report it.' },
  usage: {
    code: 2,
    meaning: 'The command line, the runbook, an answers file or a manifest has errors. Nothing was started.',
  },
  leftOpen: { code: 3, meaning: 'The operator paused or stopped. A paused session can be resumed.' },
  notReady: {
    code: 4,
    meaning:
      "The cluster cannot be reached or is another one, a tool or a permission is missing, a session's files cannot be read, or another process drives the session.",
  },
  failed: {
    code: 5,
    meaning:
      'Unattended: a step failed. The session can be resumed, but for that of a command that only looks.',
  },
  unanswered: {
    code: 6,
    meaning: 'Unattended: a question had no answer, and the message names it. The session can be resumed.',
  },
  broken: {
    code: 7,
    meaning: 'The session, or what was to be printed, could not be written, so nothing more was done.',
  },
  refused: {
    code: 8,
    meaning: 'There is no path between the two versions of Linkerd; the message says why, and what to do.',
  },
  hangup: { code: 129, meaning: 'The terminal went away (SIGHUP). The session can be resumed.' },
  interrupted: { code: 130, meaning: 'Interrupted (SIGINT). The session can be resumed.' },
  terminated: { code: 143, meaning: 'Terminated (SIGTERM). The session can be resumed.' },
} as const;

/** Those of `handrail diagnose`: what scripts expect of a check. */
export const diagnoseExitCodes = {
  nothing: { code: 0, meaning: 'It looked, and found nothing at or above the severity asked for.' },
  found: { code: 1, meaning: 'It found something.' },
  notLooked: {
    code: 2,
    meaning:
      'It could not look: the cluster cannot be reached, a file cannot be read or written, or the command line is wrong.',
  },
} as const;

/** Those of `handrail preflight`, for the same reason. */
export const preflightExitCodes = {
  nothing: { code: 0, meaning: 'Nothing fails. There may be warnings, and what could not be checked.' },
  fails: { code: 1, meaning: 'Something fails: it has to be mended before an upgrade.' },
  notLooked: diagnoseExitCodes.notLooked,
} as const;

/** Those of `handrail impact`. */
export const impactExitCodes = {
  nothing: {
    code: 0,
    meaning: 'It looked, and no change touches the cluster. There may be changes to be acknowledged.',
  },
  touched: { code: 1, meaning: 'A change touches the cluster, or may.' },
  notLooked: diagnoseExitCodes.notLooked,
} as const;

/** The exit code of a session's end. */
export function exitCodeOf(end: WalkEnd): number {
  switch (end.type) {
    case 'completed':
      return exitCodes.done.code;
    case 'paused':
    case 'stopped':
      return exitCodes.leftOpen.code;
    case 'failed':
      return exitCodes.failed.code;
    case 'unanswered':
      return end.question.type === 'wrong-cluster' ? exitCodes.notReady.code : exitCodes.unanswered.code;
    case 'broken':
      return exitCodes.broken.code;
  }
}
