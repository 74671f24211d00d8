/** What this program was started with, before a screen changed anything in it for its own sake. */
export type Environment = Readonly<Record<string, string>>;

/** A copy of `process.env`, without the entries that hold nothing. */
export function environmentNow(): Environment {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
