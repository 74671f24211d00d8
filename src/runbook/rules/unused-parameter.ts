import type { ParameterSpec } from '../model.ts';
import type { Report } from '../report.ts';

/** `mentions` is the text of everything that could read a parameter. */
export function unusedParameters(
  parameters: readonly ParameterSpec[],
  mentions: string,
  report: Report,
): void {
  const words = new Set(mentions.match(/[A-Za-z_][A-Za-z0-9_]*/g) ?? []);
  for (const { name, place } of parameters)
    if (!words.has(name))
      report(
        'unused-parameter',
        place.offset,
        place.endOffset,
        `nothing reads ${name}, and yet it is asked for`,
      );
}
