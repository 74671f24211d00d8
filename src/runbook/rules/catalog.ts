import type { Severity } from '../model.ts';

/** Every rule: how bad it is in a runbook of ours, and in one line what it finds. Each has a page in `docs/rules`. */
export const rules = {
  'bad-action': ['error', "A block's YAML is not what its kind expects."],
  'bad-attribute': ['error', 'An attribute of a fence has a value that it cannot have, or stands twice.'],
  'bad-front-matter': ['error', 'The front matter is not valid YAML, or not what the format expects.'],
  'bad-parameter': [
    'error',
    'A parameter contradicts itself: a default that its own checks refuse, a bad pattern.',
  ],
  'bad-range': ['error', 'A version range cannot be read.'],
  'branch-cycle': ['error', 'Includes, branches or choices lead in a circle.'],
  'broken-link': ['error', 'A link leads to a file, a heading or a step that is not there.'],
  'duplicate-step': ['error', 'Two steps have the same name, so a link or a record could mean either.'],
  'empty-branches': ['error', '"If it fails" or "Choose ..." lists something that is not a link.'],
  'empty-runbook': ['error', 'There is nothing to walk through.'],
  'hidden-block': [
    'error',
    'A block is swallowed by something around it, so it would quietly turn into prose.',
  ],
  'hidden-characters': [
    'error',
    'A command holds characters that are run and cannot be seen, or that change how it reads.',
  ],
  'ignored-block': ['warning', 'A block looks like commands but is only shown.'],
  'ignored-info': ['warning', "Words after a fence's language belong to another tool and are ignored."],
  'misplaced-block': ['error', 'A block stands where it has nothing to belong to.'],
  'missing-text': ['error', 'A step of upgrade notices says nothing of the change.'],
  'missing-verify': [
    'warning',
    'An irreversible action has no verify, so after a crash nobody can tell whether it happened.',
  ],
  'not-text': ['error', 'The file is binary, or has characters in it that no text has.'],
  'pipe-to-shell': ['error', 'What comes from the network is run without anybody having seen it.'],
  'too-complex': ['error', 'The file is too large or too deeply nested to be read fully.'],
  'unclosed-fence': ['error', 'A fenced block is not closed, so the rest of the file is part of it.'],
  'undefined-variable': ['error', 'A command reads a variable that nothing defines.'],
  'unknown-action': ['error', 'The word after the language is no role and no kind of action.'],
  'unknown-attribute': ['error', 'A fence has an attribute that does not exist.'],
  'unreachable-step': ['error', 'The conditions of a step can never hold.'],
  'unused-parameter': ['warning', 'A parameter is asked for and read by nothing.'],
} as const satisfies Record<string, readonly [Severity, string]>;

/** The id of a rule: what `handrail lint` prints, and the name of its page in `docs/rules`. */
export type RuleId = keyof typeof rules;
