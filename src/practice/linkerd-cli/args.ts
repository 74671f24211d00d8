import { commandsOf } from '../../linkerd/hidden-commands.ts';

/** What the caller typed is wrong: the message goes to standard error as the real tool words it. */
export class UsageError extends Error {}

export interface Invocation {
  /** `viz install`, or empty for none. */
  readonly command: string;
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly rest: readonly string[];
}

/** Flags that take no value; all others take one. */
const switches = new Set(
  (
    'all-namespaces client crds disable-h2-upgrade disable-heartbeat enable-debug-sidecar enable-endpoint-slices ' +
    'enable-external-profiles force gateway ha help identity-external-ca identity-external-issuer ignore-cluster ingress ' +
    'linkerd-cni-enabled manual multicluster obfuscate only-controller pre proxy restrict-dashboard-privileges short show-url skip-checks ' +
    'unmeshed verbose'
  ).split(' '),
);

const shorthands: Readonly<Record<string, string>> = {
  A: 'all-namespaces',
  L: 'linkerd-namespace',
  f: 'values',
  h: 'help',
  l: 'selector',
  n: 'namespace',
  o: 'output',
};

/** Commands that every version has and that take no flags of their own. */
const always = ['completion', 'help'];

function splitFlag(argument: string): {
  readonly name: string;
  readonly typed: string;
  readonly value?: string;
} {
  const long = argument.startsWith('--');
  const equals = argument.indexOf('=');
  const body = argument.slice(long ? 2 : 1, equals < 0 ? undefined : equals);
  if (!long && body.length > 1 && equals < 0) {
    return { name: shorthands[body[0]!] ?? '', typed: body[0]!, value: body.slice(1) };
  }
  const name = long ? body : (shorthands[body] ?? '');
  return { name, typed: body, ...(equals < 0 ? {} : { value: argument.slice(equals + 1) }) };
}

/** Reads a command line as the given version of the tool does: its commands, its flags. Throws UsageError. */
export function parseArguments(version: string, argv: readonly string[]): Invocation {
  const commands = commandsOf(version);
  const known = [...Object.keys(commands).filter((name) => name !== '(global)'), ...always];
  const words: string[] = [];
  const flags = new Map<string, string[]>();
  const typed: { readonly name: string; readonly as: string }[] = [];
  const rest: string[] = [];
  let lacking: string | undefined;
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i]!;
    if (argument === '--') {
      rest.push(...argv.slice(i + 1));
      break;
    }
    if (argument.startsWith('-') && argument !== '-') {
      const flag = splitFlag(argument);
      const long = argument.startsWith('--');
      typed.push({
        name: flag.name,
        as: long ? `unknown flag: --${flag.typed}` : `unknown shorthand flag: '${flag.typed}' in ${argument}`,
      });
      let value = flag.value;
      if (value === undefined) {
        if (switches.has(flag.name)) value = 'true';
        else {
          value = argv[++i];
          if (value === undefined) lacking ??= argument;
        }
      }
      flags.set(flag.name, [...(flags.get(flag.name) ?? []), value ?? '']);
      continue;
    }
    const next = [...words, argument].join(' ');
    if (rest.length === 0 && known.some((name) => name === next || name.startsWith(`${next} `)))
      words.push(argument);
    else rest.push(argument);
  }
  const command = words.join(' ');
  const hasChildren = known.some((name) => name.startsWith(`${command} `));
  if (rest.length > 0 && (command === '' || hasChildren)) {
    throw new UsageError(
      `unknown command "${rest[0]}" for "${['linkerd', ...words].join(' ')}"\nRun '${['linkerd', ...words].join(' ')} --help' for usage.`,
    );
  }
  const allowed = new Set(['help', ...(commands['(global)'] ?? []), ...(commands[command] ?? [])]);
  if (words.length > 1) for (const name of commands[words[0]!] ?? []) allowed.add(name);
  for (const { name, as } of typed) {
    if (!allowed.has(name)) throw new UsageError(as);
  }
  if (lacking !== undefined) throw new UsageError(`flag needs an argument: ${lacking}`);
  return { command, flags, rest };
}

export function isOn(invocation: Invocation, flag: string): boolean {
  return invocation.flags.get(flag)?.at(-1) === 'true';
}

export function flagValue(invocation: Invocation, flag: string): string | undefined {
  return invocation.flags.get(flag)?.at(-1);
}

/** A Go duration (`5m0s`, `30s`, `0`) in ms. Throws UsageError. */
export function goDuration(text: string): number {
  if (text === '0') return 0;
  const units: Readonly<Record<string, number>> = { h: 3600000, m: 60000, s: 1000, ms: 1 };
  let total = 0;
  let rest = text;
  while (rest !== '') {
    const match = /^(\d+(?:\.\d+)?)(ms|h|m|s)/.exec(rest);
    if (match === null) throw new UsageError(`invalid argument "${text}": time: invalid duration "${text}"`);
    total += Number(match[1]) * units[match[2]!]!;
    rest = rest.slice(match[0].length);
  }
  return total;
}
