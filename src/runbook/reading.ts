import type { ActionSchema } from './action-schema.ts';
import type { Script } from './entry.ts';
import type { ParameterSpec } from './model.ts';
import type { Report } from './report.ts';
import type { SourceText } from './source-text.ts';

/** What a fence is read with. */
export interface Reading {
  readonly source: SourceText;
  readonly schemas: readonly ActionSchema[];
  readonly parameters: readonly ParameterSpec[];
  readonly report: Report;
  /** Takes the commands inside kinds of action. */
  readonly addScript: (script: Script) => void;
}
