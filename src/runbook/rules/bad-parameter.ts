import type { ParameterSpec } from '../model.ts';
import { checkValue } from '../parameters.ts';
import { rangeForm, toRange } from '../versions.ts';

/** A mistake at one key of the parameter; without a key at the parameter itself. */
interface ParameterProblem {
  readonly key?: 'choices' | 'range' | 'pattern' | 'default';
  readonly rule: 'bad-parameter' | 'bad-range';
  readonly message: string;
  readonly expected?: string;
}

/** Variables that change which program runs, what is read before it, or how a shell reads: no value of a runbook may. */
const reserved =
  /^(?:PATH|HOME|PWD|OLDPWD|SHELL|BASH_ENV|ENV|IFS|CDPATH|SHELLOPTS|BASHOPTS|PS[0-4]|PROMPT_COMMAND|GLOBIGNORE|BASH_FUNC_.*|LD_.*|DYLD_.*|KUBECONFIG|NODE_OPTIONS|NODE_PATH|PYTHON(?:PATH|HOME|STARTUP)|PERL5?(?:LIB|OPT)|RUBY(?:LIB|OPT)|ZDOTDIR|GIT_SSH(?:_COMMAND)?|EDITOR|VISUAL|PAGER|TMPDIR|UID|EUID|PPID|SHLVL)$/;

/** Whether a variable of this name would change how commands are run. */
export const isReservedName = (name: string) => reserved.test(name);

/** The first thing that a parameter says against itself. */
export function parameterProblem(spec: ParameterSpec): ParameterProblem | undefined {
  const rule = 'bad-parameter';
  if (isReservedName(spec.name))
    return {
      rule,
      message: `${spec.name} changes how commands are run, so it cannot be a parameter`,
      expected: 'a name of its own, such as TARGET',
    };
  const versioned = spec.type === 'version' || spec.type === 'linkerd-version';
  if (spec.type === 'choice' && spec.choices === undefined)
    return { rule, message: `${spec.name} is a choice without choices`, expected: 'choices: [a, b]' };
  if (spec.type !== 'choice' && spec.choices !== undefined)
    return {
      key: 'choices',
      rule,
      message: `only a choice has choices, and ${spec.name} is a ${spec.type}`,
      expected: 'type: choice',
    };
  if (spec.choices && new Set(spec.choices).size < spec.choices.length)
    return { key: 'choices', rule, message: `${spec.name} names a choice twice` };
  if (spec.range !== undefined && !versioned)
    return { key: 'range', rule, message: `only versions have a range, and ${spec.name} is a ${spec.type}` };
  if (spec.range !== undefined && toRange(spec.range) === undefined)
    return {
      key: 'range',
      rule: 'bad-range',
      message: `"${spec.range}" is no version range`,
      expected: rangeForm,
    };
  if (spec.pattern !== undefined && !readable(spec.pattern))
    return { key: 'pattern', rule, message: `the pattern of ${spec.name} is no regular expression` };
  return defaultProblem(spec);
}

function defaultProblem(spec: ParameterSpec): ParameterProblem | undefined {
  if (spec.default === undefined || (spec.default === '' && spec.optional)) return undefined;
  const at = { key: 'default', rule: 'bad-parameter' } as const;
  if (spec.type === 'secret')
    return { ...at, message: 'a secret cannot have a default: the file would not keep it secret' };
  const checked = checkValue(spec, spec.default);
  return checked.ok
    ? undefined
    : { ...at, message: `the default is refused: ${checked.message.replace(/\.$/, '')}` };
}

function readable(pattern: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}
