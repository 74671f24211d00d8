/** What was typed to put a finding aside: `30d` in front says for how many days, 7 unless told. */
export function readSuppression(
  text: string,
): { readonly days: number; readonly reason: string } | { readonly error: string } {
  const [, days, reason = ''] = /^(?:(\d{1,3})d\s+)?(.*)$/s.exec(text.trim()) ?? [];
  if (reason.trim() === '') return { error: 'Say why it may be put aside.' };
  const count = days === undefined ? 7 : Number(days);
  if (count < 1 || count > 365) return { error: 'For 1 to 365 days.' };
  return { days: count, reason: reason.trim() };
}
