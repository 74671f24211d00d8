/** Whether what stands at a path is what a condition asks for, and how a value is shown. */
import { text } from '../../rollout/json.ts';
import { redactText } from '../../runbook/redact.ts';
import { inRange } from '../../runbook/versions.ts';
import type { Condition, Test } from './model.ts';
import { type Place, placesAt } from './path.ts';
import { readPattern } from './pattern.ts';

const longestShown = 300;
/** Longer values tell nothing more. */
const longestAsked = 10_000;

/** A condition that holds, with the value that shows it; none where it is something that is not there. */
export interface Held {
  readonly holds: boolean;
  readonly place: Place | undefined;
}

/** Makes the question that a condition is to any object. */
export function judgeOf({ path, test, not }: Condition): (object: unknown) => Held {
  const passes = passesOf(test);
  return (object) => {
    const places = placesAt(object, path);
    const found = places.find(({ value }) => passes(value));
    return not
      ? { holds: found === undefined, place: places[0] }
      : { holds: found !== undefined, place: found };
  };
}

/** Makes the question that a test is to one value. A mapping or a list passes `exists` alone. */
export function passesOf(test: Test): (value: unknown) => boolean {
  const written = (asks: (text: string) => boolean) => (value: unknown) =>
    value !== undefined && value !== null && typeof value !== 'object' && asks(String(value));
  switch (test.type) {
    case 'exists':
      return (value) => value !== undefined && value !== null;
    case 'in':
      return written((text) => test.values.includes(text));
    case 'matches': {
      const reading = readPattern(test.pattern);
      return written((text) => reading.ok && reading.pattern(text.slice(0, longestAsked)));
    }
    case 'range':
      return written((text) => inRange(text.slice(0, 200), test.range));
  }
}

/** A value on one line, without what looks like a secret. */
export function shown(value: unknown): string {
  const written = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  const line = text(redactText(written.slice(0, longestShown * 4)));
  return line.length > longestShown ? `${line.slice(0, longestShown - 1)}…` : line;
}
