import type { Script } from '../entry.ts';
import type { Report } from '../report.ts';
import { hiddenCharacters } from '../strip-controls.ts';

/** Characters that are run and not seen: told once for each command, at the first. */
export function hiddenCharactersIn(script: Script, report: Report): void {
  const found = hiddenCharacters(script.text);
  const [first] = found;
  if (!first) return;
  const more = found.length > 1 ? `, and ${found.length - 1} more in this command` : '';
  report(
    'hidden-characters',
    ...script.spanOf(first.at, first.at + 1),
    `the command holds ${first.name}, which is run and cannot be seen${more}`,
    { expected: "only what can be read; an escape such as $'\\u200b' where the character is meant" },
  );
}
