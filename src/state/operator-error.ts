import { exitCodes } from './exit-codes.ts';

/** Something the operator can mend, no bug: what happened, what to do next, and the exit code of a command that ends with it. */
export class OperatorError extends Error {
  readonly fix: string | undefined;
  readonly exitCode: number;
  /** Without an exit code it is the one for a wrong command line. */
  constructor(
    message: string,
    options: { readonly fix?: string; readonly exitCode?: number; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'OperatorError';
    this.fix = options.fix;
    this.exitCode = options.exitCode ?? exitCodes.usage.code;
  }
}
