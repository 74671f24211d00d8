import type { ActionSchema } from './action-schema.ts';
import type { CodeBlock } from './blocks.ts';
import type { Condition, ShellBlock } from './model.ts';

/** Shell text somewhere in the file, for the rules that read commands. */
export interface Script {
  readonly text: string;
  /** Where `[start, end)` of the text stands in the file. */
  readonly spanOf: (start: number, end: number) => readonly [number, number];
}

/** What a code block is to the format. */
export type Entry =
  | {
      readonly type: 'shell';
      readonly at: CodeBlock;
      readonly block: ShellBlock;
      readonly estimateMs: number | undefined;
    }
  | {
      readonly type: 'kind';
      readonly at: CodeBlock;
      readonly schema: ActionSchema;
      readonly spec: unknown;
      readonly estimateMs: number | undefined;
    }
  | { readonly type: 'when'; readonly at: CodeBlock; readonly conditions: readonly Condition[] }
  | { readonly type: 'code'; readonly at: CodeBlock; readonly language: string };
