/** Which flags the real kubectl and helm have, by their own help. */
import { execFile } from 'node:child_process';

export interface ToolHelp {
  /** What is wrong with the words after the program's name; undefined where the tool knows all of it. */
  problem(words: readonly string[]): Promise<string | undefined>;
}

interface Page {
  readonly flags: ReadonlyMap<string, 'switch' | 'value'>;
  readonly commands: ReadonlySet<string>;
}

const run = (program: string, argv: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    execFile(program, [...argv], { maxBuffer: 1 << 24 }, (_, stdout) => resolve(stdout));
  });

/** kubectl: `    -n, --namespace='':`. helm: `  -n, --namespace string   words`, and no type where it takes no value. */
function readPage(text: string): Page {
  const flags = new Map<string, 'switch' | 'value'>();
  const set = (short: string | undefined, long: string, kind: 'switch' | 'value') => {
    flags.set(`--${long}`, kind);
    if (short !== undefined) flags.set(`-${short}`, kind);
  };
  for (const line of text.split('\n')) {
    const kubectl = /^\s+(?:-(\w), )?--([\w-]+)=(.*):$/.exec(line);
    if (kubectl) set(kubectl[1], kubectl[2]!, /^(true|false)$/.test(kubectl[3]!) ? 'switch' : 'value');
    const helm = /^\s+(?:-(\w), )?--([\w-]+)(?: (\S+))?(?:\s{2,}|$)/.exec(line);
    if (helm && !kubectl) set(helm[1], helm[2]!, helm[3] === undefined ? 'switch' : 'value');
  }
  const below = /^(?:[\w ]*Commands[\w ()]*):\n((?: {2}.*\n|\n(?=.*Commands))*)/gm;
  const commands = [...text.matchAll(below)].flatMap(([, lines]) =>
    [...lines!.matchAll(/^ {2}([a-z][\w-]*)/gm)].map(([, name]) => name!),
  );
  return { flags, commands: new Set(commands) };
}

/** Asks the program at this path. Each page of help is asked for once. */
export function helpOf(tool: 'kubectl' | 'helm', program: string): ToolHelp {
  const pages = new Map<string, Promise<Page>>();
  const page = (path: readonly string[]): Promise<Page> => {
    const key = path.join(' ');
    const known = pages.get(key);
    if (known) return known;
    const read = run(program, key === 'options' ? ['options'] : [...path, '--help']).then(readPage);
    pages.set(key, read);
    return read;
  };
  return {
    async problem(words) {
      const everywhere = tool === 'kubectl' ? await page(['options']) : await page([]);
      const path: string[] = [];
      let here = await page([]);
      const known = (flag: string) => here.flags.get(flag) ?? everywhere.flags.get(flag);
      const given: string[] = [];
      for (let index = 0; index < words.length; index++) {
        const word = words[index]!;
        if (word === '--') break;
        if (word === '-' || word === '$@') continue;
        if (word.startsWith('-')) {
          const name = word.startsWith('--') ? word.split('=')[0]! : word.slice(0, 2);
          given.push(name);
          const takesNext =
            known(name) === 'value' && !word.includes('=') && (word.startsWith('--') || word.length === 2);
          if (takesNext) index += 1;
        } else if (here.commands.size > 0) {
          if (!here.commands.has(word)) {
            return `${[tool, ...path].join(' ')} has no command ${word}`;
          }
          path.push(word);
          here = await page(path);
        }
      }
      const wrong = given.find((flag) => known(flag) === undefined && flag !== '--help' && flag !== '-h');
      return wrong === undefined ? undefined : `${[tool, ...path].join(' ')} has no flag ${wrong}`;
    },
  };
}
