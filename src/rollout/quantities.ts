/** Amounts as the Kubernetes API writes them. */
const BINARY: Record<string, number> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };
const DECIMAL: Record<string, number> = { n: 1e-9, u: 1e-6, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12 };

/** A Kubernetes quantity (`250m`, `64Mi`, `2`) as a number; 0 for what is none. */
export function quantity(text: unknown): number {
  const match = /^([0-9.]+)([A-Za-z]*)$/.exec(String(text ?? '').trim());
  if (match === null) return 0;
  const [, digits, unit = ''] = match;
  return Number(digits) * (unit === '' ? 1 : (BINARY[unit] ?? DECIMAL[unit] ?? 0));
}

/** A count, or a share of `total` (`25%`), rounded up or down. */
export function countOrPercent(
  value: unknown,
  total: number,
  round: 'up' | 'down',
  otherwise: string,
): number {
  const text = String(value ?? otherwise);
  if (!text.endsWith('%')) return Number(text) || 0;
  const share = (Number.parseFloat(text) * total) / 100;
  return round === 'up' ? Math.ceil(share) : Math.floor(share);
}
