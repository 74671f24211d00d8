/** Tells a mistake of the operator or the machine from a bug, on standard error. */
import { stripControls } from '../runbook/strip-controls.ts';
import { errorCode, reasonOf } from '../shell/io-error.ts';
import { exitCodes } from '../state/exit-codes.ts';
import { OperatorError } from '../state/operator-error.ts';

export { OperatorError } from '../state/operator-error.ts';

/** What the machine, and no program, is the cause of, whichever file it was met at. */
const diskTrouble = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO']);

/** Standard output that cannot be written, as when it goes to a file on a full disk. */
export function outputTrouble(error: unknown): OperatorError {
  return new OperatorError(`What was to be printed could not be written: ${reasonOf(error)}.`, {
    exitCode: exitCodes.broken.code,
  });
}

/** Prints the error and gives the exit code it stands for. */
export function reportTrouble(error: unknown, stderr: { write(text: string): unknown }): number {
  if (error instanceof OperatorError) {
    stderr.write(`handrail: ${stripControls(error.message)}\n`);
    if (error.fix) stderr.write(`  ${stripControls(error.fix)}\n`);
    return error.exitCode;
  }
  if (diskTrouble.has(errorCode(error) ?? '')) {
    const { path } = error as NodeJS.ErrnoException;
    const what = path === undefined ? 'Something could not be written' : `${path} could not be written`;
    stderr.write(`handrail: ${stripControls(`${what}: ${reasonOf(error)}.`)}\n`);
    return exitCodes.broken.code;
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  stderr.write(
    `handrail: this is a mistake of Handrail, not yours. The session, if one was open, is on disk and can be resumed.\n` +
      `  Please report it with the lines below and the output of \`handrail --version\`.\n${stripControls(detail)}\n`,
  );
  return exitCodes.bug.code;
}

/**
 * Runs a command that has exit codes of its own for what it finds: trouble is told, and ends with the code for not having looked, so that no
 * script takes it for an answer.
 */
export async function lookOr(notLooked: number, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    reportTrouble(error, process.stderr);
    return notLooked;
  }
}
