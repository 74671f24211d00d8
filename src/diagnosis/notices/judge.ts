/** Whether what stands at a path is what a condition asks for, and how a value is shown. */
import { text } from '../../rollout/json.ts';
import { redactText } from '../../runbook/redact.ts';
import { inRange } from '../../runbook/versions.ts';
import type { Condition, Test } from './model.ts';
import { type Place, placesAt } from './path.ts';

const longestShown = 300;

/** A condition that holds, with the value that shows it; none where it is something that is not there. */
export interface Held {
  readonly holds: boolean;
  readonly place: Place | undefined;
}

/** Asks one condition of an object. */
export function judge(object: unknown, { path, test, not }: Condition): Held {
  const places = placesAt(object, path);
  const found = places.find(({ value }) => passes(value, test));
  return not
    ? { holds: found === undefined, place: places[0] }
    : { holds: found !== undefined, place: found };
}

/** Whether one value passes a test. A mapping or a list passes `exists` alone. */
export function passes(value: unknown, test: Test): boolean {
  if (value === undefined || value === null) return false;
  if (test.type === 'exists') return true;
  if (typeof value === 'object') return false;
  const written = String(value);
  switch (test.type) {
    case 'in':
      return test.values.includes(written);
    case 'matches':
      return test.pattern(written.slice(0, 10_000));
    case 'range':
      return inRange(written.slice(0, 200), test.range);
  }
}

/** A value on one line, without what looks like a secret. */
export function shown(value: unknown): string {
  const written = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  const line = text(redactText(written.slice(0, longestShown * 4)));
  return line.length > longestShown ? `${line.slice(0, longestShown - 1)}…` : line;
}
