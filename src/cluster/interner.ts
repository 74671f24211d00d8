/** Keeps one copy of each text that comes again and again: namespaces, versions, names of workloads. */

/** Gives the copy that was seen first. Hold it for as long as the objects it is for. */
export type Interner = (text: string) => string;

export function createInterner(): Interner {
  const seen = new Map<string, string>();
  return (text) => {
    const known = seen.get(text);
    if (known !== undefined) return known;
    seen.set(text, text);
    return text;
  };
}
