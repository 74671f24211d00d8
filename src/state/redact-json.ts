/** Secrets out of data that goes into the journal, wherever in it they are. */

/** The same value with every secret in its strings and keys replaced by `***`; the very same one where there are no secrets. */
export function redactJson(value: unknown, secrets: readonly string[]): unknown {
  if (secrets.length === 0) return value;
  const redact = (text: string) => secrets.reduce((kept, secret) => kept.replaceAll(secret, '***'), text);
  const walk = (part: unknown): unknown => {
    if (typeof part === 'string') return redact(part);
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [redact(key), walk(inner)]));
  };
  return walk(value);
}
