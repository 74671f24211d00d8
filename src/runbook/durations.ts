const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
const part = /(\d+(?:\.\d+)?)(ms|s|m|h)/g;

/** What a duration looks like, for messages. */
export const durationForm = 'a duration such as 500ms, 90s, 10m or 1h30m';

/** Milliseconds, or undefined where the text is no duration. Zero is one. */
export function parseDuration(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, amount, unit] of text.matchAll(part))
    sum += Number(amount) * units[unit as keyof typeof units];
  return Number.isFinite(sum) ? Math.round(sum) : undefined;
}

/** The shortest way to write it, e.g. `1h30m`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${ms}ms`;
  const seconds = Math.round(ms / 1_000);
  const pieces = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'm'],
    [seconds % 60, 's'],
  ] as const;
  return pieces.map(([amount, unit]) => (amount ? `${amount}${unit}` : '')).join('') || '0s';
}
