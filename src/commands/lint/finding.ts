import type { Diagnostic } from '../../runbook/model.ts';

/** A diagnostic with the file's path as the operator would write it, and the file's text. */
export interface Finding {
  readonly file: string;
  readonly diagnostic: Diagnostic;
  readonly text: string | undefined;
}
