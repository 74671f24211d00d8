/** Words that several parts of the report use. Pure. */
import type { RunbookBundle } from '../runbook/model.ts';
import type { Frame } from './session.ts';

/** The title of a step of a frame; its id where the runbook has no such step. */
export function stepTitle(
  bundle: RunbookBundle,
  frames: readonly Frame[],
  at: { readonly frame: number; readonly step: string },
): string {
  const file = frames.find(({ id }) => id === at.frame)?.file ?? '';
  return bundle.runbooks[file]?.steps.find(({ id }) => id === at.step)?.title ?? at.step;
}

/** `2026-11-21 02:04:10Z`. */
export function time(rfc3339: string): string {
  return rfc3339.replace('T', ' ').replace(/\.\d+Z$/, 'Z');
}
