/** Tells a mistake of the operator or the machine from a bug, on standard error. */
import { stripControls } from '../runbook/strip-controls.ts';
import { exitCodes } from '../state/exit-codes.ts';

/** Something the operator can mend: what happened, and what to do next. */
export class OperatorError extends Error {
  readonly fix: string | undefined;
  readonly exitCode: number;
  constructor(message: string, options: { readonly fix?: string; readonly exitCode?: number } = {}) {
    super(message);
    this.name = 'OperatorError';
    this.fix = options.fix;
    this.exitCode = options.exitCode ?? exitCodes.usage.code;
  }
}

/** Prints the error and gives the exit code it stands for. */
export function reportTrouble(error: unknown, stderr: { write(text: string): unknown }): number {
  if (error instanceof OperatorError) {
    stderr.write(`handrail: ${stripControls(error.message)}\n`);
    if (error.fix) stderr.write(`  ${stripControls(error.fix)}\n`);
    return error.exitCode;
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  stderr.write(
    `handrail: this is a mistake of Handrail, not yours. The session, if one was open, is on disk and can be resumed.\n` +
      `  Please report it with the lines below and the output of \`handrail --version\`.\n${stripControls(detail)}\n`,
  );
  return exitCodes.bug.code;
}
