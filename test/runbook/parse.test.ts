/** What a runbook of ours is read as. */
import { describe, expect, test } from 'vitest';
import { alternatives } from '../../src/runbook/choose.ts';
import type { Action, ShellAction } from '../../src/runbook/model.ts';
import { outline } from '../../src/runbook/outline.ts';
import { parseRunbook } from '../../src/runbook/parse.ts';
import { schemas } from './fake-schemas.ts';

const front =
  '---\nrunbook: 1\nparameters:\n  TO: {type: linkerd-version, optional: true}\n  WAY: {type: choice, choices: [cli, helm]}\n---\n\n';
const parse = (body: string, head = front) => parseRunbook('x.md', head + body, schemas);
const mistakes = (body: string, head = front) =>
  parse(body, head)
    .diagnostics.filter(({ rule }) => rule !== 'unused-parameter')
    .map(({ rule }) => rule);
const shell = (action: Action | undefined) => action as ShellAction;
const fence = (info: string, text = 'ls') => `\`\`\`${info}\n${text}\n\`\`\`\n\n`;

describe('steps', () => {
  test('are headings with an action, under the sections around them', () => {
    const { runbook } = parse(
      `# Title\n\nIntro.\n\n## Part one\n\nAbout part one.\n\n### Look\n\n${fence('sh look')}#### Deeper\n\n${fence('sh look')}## Part two\n\n${fence('sh look')}`,
    );
    expect(runbook.title).toBe('Title');
    expect(runbook.steps.map(({ id, number, section }) => [id, number, section])).toEqual([
      ['look', 1, ['Part one']],
      ['deeper', 2, ['Part one', 'Look']],
      ['part-two', 3, []],
    ]);
  });

  test('an estimate is the sum of those of its blocks', () => {
    const { runbook } = parse(
      `## A\n\n${fence('sh look estimate=1m')}${fence('yaml wait estimate=30s', 'for: 1m')}`,
    );
    expect(runbook.steps[0]?.estimateMs).toBe(90_000);
  });

  test('ids are unique even where names are not', () => {
    const { runbook } = parse(`## A\n\n${fence('sh')}## A\n\n${fence('sh')}## A-1\n\n${fence('sh')}`);
    expect(new Set(runbook.steps.map(({ id }) => id)).size).toBe(3);
  });
});

describe('shell blocks', () => {
  test('attributes are read, quoted or not', () => {
    const { runbook, diagnostics } = parse(
      `## A\n\n${fence('bash look timeout=1h30m silent="2m" interactive codes=0,1 capture=X namespace=\'linkerd\'')}`,
    );
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(shell(runbook.steps[0]?.actions[0]).block).toMatchObject({
      timeoutMs: 5_400_000,
      silentMs: 120_000,
      interactive: true,
      codes: [0, 1],
      capture: 'X',
      namespace: 'linkerd',
    });
  });

  test.each([
    ['timeout=5', 'bad-attribute'],
    ['timeout', 'bad-attribute'],
    ['timeout=0s', 'bad-attribute'],
    ['codes=0,256', 'bad-attribute'],
    ['codes=', 'bad-attribute'],
    ['interactive=yes', 'bad-attribute'],
    ['namespace="a', 'bad-attribute'],
    ['namespace=A_B', 'bad-attribute'],
    ['capture=X', 'bad-attribute'],
    ['timeout=5m timeout=6m', 'bad-attribute'],
    ['retries=3', 'unknown-attribute'],
    ['quickly', 'unknown-attribute'],
    ['{name=x}', 'unknown-attribute'],
    ['"', 'unknown-attribute'],
  ])('change %s is refused', (attributes, rule) => {
    expect(mistakes(`## A\n\n${fence(`sh change ${attributes}`)}`)).toContain(rule);
  });

  test('preview goes with the next change; verify and undo with the one before', () => {
    const blocks = ['preview', 'change', 'verify', 'undo', 'preview', 'change', 'verify'].map((role, index) =>
      fence(`sh ${role}`, `echo ${role} ${index}`),
    );
    const { runbook, diagnostics } = parse(`## A\n\n${blocks.join('')}`);
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    const texts = runbook.steps[0]?.actions
      .map(shell)
      .map(({ id, preview, block, verify, undo }) => [
        id,
        preview?.script,
        block.script,
        verify?.script,
        undo?.script,
      ]);
    expect(texts).toEqual([
      ['a/1', 'echo preview 0', 'echo change 1', 'echo verify 2', 'echo undo 3'],
      ['a/2', 'echo preview 4', 'echo change 5', 'echo verify 6', undefined],
    ]);
  });

  test('they go the other way where nothing stands on their side', () => {
    const { runbook } = parse(
      `## A\n\n${fence('sh verify', 'v')}${fence('sh change', 'c')}${fence('sh preview', 'p')}`,
    );
    expect(runbook.steps[0]?.actions).toHaveLength(1);
    expect(shell(runbook.steps[0]?.actions[0])).toMatchObject({
      preview: { script: 'p' },
      verify: { script: 'v' },
    });
  });

  test('a verify in a step without a change is a look; a preview there is a mistake', () => {
    expect(parse(`## A\n\n${fence('sh verify')}`).runbook.steps[0]?.actions[0]?.risk).toBe('look');
    expect(mistakes(`## A\n\n${fence('sh look')}${fence('sh preview')}`)).toEqual(['misplaced-block']);
    expect(mistakes(`## A\n\n${fence('sh change')}${fence('sh verify')}${fence('sh verify')}`)).toEqual([
      'misplaced-block',
    ]);
    expect(mistakes(`## A\n\n${fence('sh irreversible')}${fence('sh verify')}${fence('sh undo')}`)).toEqual([
      'misplaced-block',
    ]);
  });

  test('a bare block is a change, a shown one nothing, a bare yaml block an illustration', () => {
    const { runbook } = parse(
      `## A\n\n${fence('bash')}${fence('sh show')}${fence('yaml', 'a: 1')}${fence('json', '{}')}`,
    );
    expect(runbook.steps[0]?.actions.map(({ risk }) => risk)).toEqual(['change']);
    expect(runbook.steps[0]?.content.map(({ type }) => type)).toEqual(['action', 'code', 'code', 'code']);
  });
});

describe('what is misspelt is never prose', () => {
  test.each([
    ['sh chagne', 'unknown-action', 'change'],
    ['sh Change', 'unknown-action', 'change'],
    ['sh wait', 'unknown-action', 'yaml wait'],
    ['yaml wiat', 'unknown-action', 'wait'],
    ['yaml verify', 'unknown-action', 'bash verify'],
    ['yml wait', 'unknown-action', 'yaml wait'],
    ['bsh change', 'unknown-action', 'bash change'],
    ['python look', 'unknown-action', undefined],
    ['sh,change', 'unknown-action', 'sh change'],
    ['sh{change}', 'unknown-action', 'sh change'],
    ['{.sh change}', 'unknown-action', 'sh change'],
    ['SH Change', 'unknown-action', 'change'],
    ['YAML Wait', 'unknown-action', 'wait'],
    ['yml wiat', 'unknown-action', 'yaml wiat'],
    ['bsah', 'unknown-action', 'bash'],
    ['shel', 'unknown-action', 'shell'],
    ['Shellscript', 'unknown-action', 'shell'],
    ['mermaid Verify', 'unknown-action', 'bash verify'],
  ])('```%s', (info, rule, suggestion) => {
    const { diagnostics } = parse(`## A\n\n${fence('sh look')}${fence(info, 'for: 5m')}`);
    const found = diagnostics.find((one) => one.rule === rule);
    expect(found?.severity).toBe('error');
    if (suggestion) expect(found?.suggestion).toBe(suggestion);
  });

  test.each(['SH', 'Sh look', 'Bash', 'ZSH change'])('a language in capitals is run: %s', (info) => {
    expect(mistakes(`## A\n\n${fence(info)}`)).toEqual([]);
    expect(parse(`## A\n\n${fence(info)}`).runbook.steps[0]?.actions).toHaveLength(1);
  });

  test.each('text json JSON go python diff yml YAML dash ssh js hs toml mermaid'.split(' '))(
    'another language is only shown: %s',
    (info) => {
      const body = `## A\n\n${fence('sh look')}${fence(info, 'a: 1')}`;
      expect(mistakes(body)).toEqual([]);
      expect(parse(body).runbook.steps[0]?.content.map(({ type }) => type)).toEqual(['action', 'code']);
    },
  );

  test.each([
    ['two backticks', '``sh change\nls\n``\n'],
    ['a backtick in the info string', '```sh change `x`\nls\n```\n'],
    ['HTML without a blank line', '<div>\n```sh change\nls\n```\n</div>\n'],
    ['a comment that is not closed', '<!-- old\n\n```sh change\nls\n```\n'],
    ['an indentation', 'Do:\n\n    ```sh change\n    ls\n    ```\n'],
    ['a fence before it', '```sh look\nls\n\n```sh change\nls\n```\n'],
  ])('%s', (_name, block) => {
    expect(mistakes(`## A\n\n${fence('sh look')}${block}`)).toContain('hidden-block');
  });

  test('a longer fence may show a runbook, and a closed comment may hide one', () => {
    const inner = fence('sh chagne');
    expect(
      mistakes(`## A\n\n${fence('sh look')}\`\`\`\`text\n${inner}\`\`\`\`\n\n<!--\n${inner}-->\n`),
    ).toEqual([]);
  });
});

describe('conditions', () => {
  test('count for everything beneath their heading, and add up', () => {
    const { runbook, diagnostics } = parse(
      `# T\n\n## Part\n\n${fence('yaml when', 'WAY: [cli, helm]')}### A\n\n${fence('yaml when', 'TO: ">=2.14"')}${fence('sh look')}### B\n\n${fence('sh look')}## C\n\n${fence('sh look')}`,
    );
    expect(diagnostics).toEqual([]);
    expect(
      runbook.steps.map(({ when }) => when.map(({ parameter, accepts }) => [parameter, accepts])),
    ).toEqual([
      [
        ['WAY', ['cli', 'helm']],
        ['TO', ['>=2.14']],
      ],
      [['WAY', ['cli', 'helm']]],
      [],
    ]);
  });

  test.each([
    ['WAY: kustomize', 'unreachable-step'],
    ['TO: ">=2.14 <2.13"', 'unreachable-step'],
    ['TO: nonsense', 'bad-range'],
    ['TOO: ">=2.14"', 'undefined-variable'],
    ['[a, b]', 'bad-action'],
    ['TO: {a: 1}', 'bad-action'],
    ['TO: [', 'bad-action'],
    ['', 'bad-action'],
  ])('%s is refused', (text, rule) => {
    expect(mistakes(`## A\n\n${fence('yaml when', text)}${fence('sh look')}`)).toContain(rule);
  });

  test('two that exclude each other are found', () => {
    const nested = `## Part\n\n${fence('yaml when', 'TO: "<2.12"')}### A\n\n${fence('yaml when', 'TO: ">=2.14"')}${fence('sh look')}`;
    expect(mistakes(nested)).toEqual(['unreachable-step']);
    expect(
      mistakes(
        `## A\n\n${fence('yaml when', 'WAY: cli')}${fence('yaml when', 'WAY: helm')}${fence('sh look')}`,
      ),
    ).toEqual(['unreachable-step']);
  });

  test('with nothing beneath them they are misplaced', () => {
    expect(mistakes(`## A\n\n${fence('sh look')}## B\n\n${fence('yaml when', 'WAY: cli')}`)).toEqual([
      'misplaced-block',
    ]);
  });
});

describe('branches and choices', () => {
  test('links count for the heading they stand under, in any case; own ones first', () => {
    const { runbook } = parse(
      `# T\n\n## A\n\n${fence('sh look')}### IF IT FAILS\n\n- [Do x](../x.md#go)\n\n## B\n\n${fence('sh look')}## If it fails\n\n- [Do y](#b)\n- [Do x](../x.md#go)\n`,
      front,
    );
    expect(
      runbook.steps.map(({ branches }) => branches.map(({ title, file, step }) => [title, file, step])),
    ).toEqual([
      [
        ['Do x', '../x.md', 'go'],
        ['Do y', undefined, 'b'],
      ],
      [
        ['Do y', undefined, 'b'],
        ['Do x', '../x.md', 'go'],
      ],
    ]);
  });

  test('an action under "If it fails" is a mistake', () => {
    expect(
      mistakes(`## A\n\n${fence('sh look')}### If it fails\n\n- [B](#a)\n\n${fence('sh change')}`),
    ).toContain('misplaced-block');
  });

  test('a choice knows which steps each of its ways governs', () => {
    const { runbook, diagnostics } = parse(
      `# T\n\n## Choose a way\n\nWords.\n\n- [CLI](#by-cli)\n- [Helm](#by-helm)\n- [Other](other.md)\n\n## By CLI\n\n${fence('sh look')}## By Helm\n\n### One\n\n${fence('sh look')}### Two\n\n${fence('sh look')}`,
    );
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(outline(runbook).slice(1, 3)).toEqual(['  1. Choose a way', '     choose']);
    expect(runbook.steps[0]?.actions[0]).toMatchObject({
      kind: 'choose',
      risk: 'look',
      spec: {
        message: 'Choose a way',
        options: [
          { label: 'CLI', href: '#by-cli', step: 'by-cli' },
          { label: 'Helm', href: '#by-helm', step: 'one', steps: ['one', 'two'] },
          { label: 'Other', href: 'other.md', file: 'other.md' },
        ],
      },
    });
    const governed = alternatives(runbook).get('choose-a-way/1')!;
    expect(
      [...governed.entries()].map(([step, options]) => [step, options.map(({ label }) => label)]),
    ).toEqual([
      ['by-cli', ['CLI']],
      ['one', ['Helm']],
      ['two', ['Helm']],
    ]);
  });

  test('items that lead nowhere, or out of the bundle, are refused', () => {
    expect(mistakes(`## A\n\n${fence('sh look')}### If it fails\n\n- call somebody\n`)).toEqual([
      'empty-branches',
    ]);
    expect(mistakes(`## A\n\n${fence('sh look')}### If it fails\n\nNo list.\n`)).toEqual(['empty-branches']);
    expect(mistakes(`## A\n\n${fence('sh look')}### If it fails\n\n- [Site](https://example.com)\n`)).toEqual(
      ['broken-link'],
    );
  });
});

describe('front matter', () => {
  const problems = (yaml: string) =>
    parseRunbook('x.md', `---\nrunbook: 1\n${yaml}\n---\n\n## A\n\n${fence('sh look')}`, schemas)
      .diagnostics.filter(({ rule }) => rule !== 'unused-parameter')
      .map(({ rule, message, suggestion, place }) => ({
        rule,
        message,
        suggestion,
        at: `${place.line}:${place.column}-${place.endColumn}`,
      }));

  test.each([
    ['titel: X', 'bad-front-matter', '3:1-6', 'title'],
    ['title: [a]', 'bad-front-matter', '3:8-11', undefined],
    ['parameters:\n  TO: {tpye: string}', 'bad-front-matter', '4:8-12', 'type'],
    ['parameters:\n  TO: strng', 'bad-front-matter', '4:7-12', 'string'],
    ['parameters:\n  A-B: string', 'bad-front-matter', '4:3-6', undefined],
    ['parameters:\n  TO: {type: choice}', 'bad-parameter', '4:3-5', undefined],
    ['parameters:\n  TO: {type: namespace, default: A_B}', 'bad-parameter', '4:34-37', undefined],
    ['parameters:\n  TO: {type: string, pattern: "(", default: x}', 'bad-parameter', '4:31-34', undefined],
    ['parameters:\n  TO: {type: secret, default: hunter2}', 'bad-parameter', '4:31-38', undefined],
    ['parameters:\n  TO: {type: version, range: "=>1"}', 'bad-range', '4:30-35', undefined],
    ['requires: {kubectl: latest stable}', 'bad-range', '3:21-34', undefined],
    ['estimate: soon', 'bad-front-matter', '3:11-15', undefined],
    ['permissions:\n  - {verb: get}', 'bad-front-matter', '4:5-16', undefined],
    ['environment: [A, "B C"]', 'bad-front-matter', '3:18-23', undefined],
    ['title: x\ntitle: y', 'bad-front-matter', undefined, undefined],
    ['title: "x', 'bad-front-matter', undefined, undefined],
    ['\ttitle: x', 'bad-front-matter', undefined, undefined],
  ])('%j', (yaml, rule, at, suggestion) => {
    const found = problems(yaml);
    expect(found.map((one) => one.rule)).toContain(rule);
    const first = found.find((one) => one.rule === rule)!;
    if (at) expect(first.at).toBe(at);
    if (suggestion) expect(first.suggestion).toBe(suggestion);
  });

  test('one mistake does not bring others: the rest of it counts', () => {
    const text = `---\nrunbook: 1\nowner: me\nparameters:\n  TEAM: string\n---\n\n## A\n\n${fence('sh look', 'echo "$TEAM"')}`;
    expect(parseRunbook('x.md', text, schemas).diagnostics.map(({ rule }) => rule)).toEqual([
      'bad-front-matter',
    ]);
  });

  test('numbers stay as they are written, and defaults are given', () => {
    const { runbook } = parseRunbook(
      'x.md',
      `---\nrunbook: 1\nparameters:\n  V: {default: 2.10}\n  W: choice\nrequires: {cluster: false, kubectl: 1.30}\n---\n`,
      schemas,
    );
    expect(runbook.parameters[0]).toMatchObject({ name: 'V', type: 'string', default: '2.10' });
    expect(runbook.requires).toMatchObject([{ tool: 'kubectl', range: '1.30' }]);
    expect(runbook.needsCluster).toBe(false);
  });

  test('one that is not closed, or names another version, is not taken for foreign Markdown', () => {
    expect(
      parseRunbook('x.md', `---\nrunbook: 1\ntitle: x\n\n## A\n\n${fence('sh look')}`, schemas)
        .diagnostics[0],
    ).toMatchObject({ rule: 'bad-front-matter', severity: 'error' });
    expect(
      parseRunbook('x.md', `---\nrunbook: 2\n---\n\n## A\n\n${fence('sh look')}`, schemas).diagnostics[0],
    ).toMatchObject({ rule: 'bad-front-matter', severity: 'error' });
  });
});

test('mistakes are all told at once, each with its exact place', () => {
  const text = `---\r\nrunbook: 1\r\n---\r\n\r\n## Ä 💥\r\n\r\n- in a list\r\n\r\n  \`\`\`sh chagne timeout=x\r\n  echo "💥" $FOO\r\n  \`\`\`\r\n\r\n> \`\`\`yaml wait\r\n> fro: 5m\r\n> \`\`\`\r\n`;
  const { diagnostics } = parseRunbook('x.md', text, schemas);
  expect(diagnostics.map(({ rule, place }) => [rule, text.slice(place.offset, place.endOffset)])).toEqual([
    ['unknown-action', 'chagne'],
    ['bad-attribute', 'x'],
    ['undefined-variable', '$FOO'],
    ['bad-action', 'fro'],
    ['bad-action', 'fro: 5m'],
  ]);
});

test.each(['PATH', 'HOME', 'BASH_ENV', 'IFS', 'LD_PRELOAD', 'KUBECONFIG', 'NODE_OPTIONS', 'PROMPT_COMMAND'])(
  'a parameter cannot be named %s',
  (name) => {
    const head = `---\nrunbook: 1\nparameters: {${name}: string}\n---\n\n`;
    expect(mistakes(`## A\n\n${fence('sh look')}`, head)).toEqual(['bad-parameter']);
    expect(mistakes(`## A\n\n${fence(`sh look capture=${name}`)}`)).toEqual(['bad-attribute']);
  },
);

test.each(['Runbook: 1', 'RUNBOOK: 1', 'runbook: "1"', 'runbook: 2', 'Runbook: "2"'])(
  '%s is said to be wrong, and not opened as anybody\u2019s Markdown',
  (line) => {
    const { runbook, diagnostics } = parse(`## A\n\n${fence('sh look')}`, `---\n${line}\n---\n\n`);
    expect(runbook.format).toBe('handrail');
    expect(diagnostics.map(({ rule, severity, suggestion }) => [rule, severity, suggestion])).toEqual([
      ['bad-front-matter', 'error', 'runbook: 1'],
    ]);
  },
);

test('a block of comments in a README is no step', () => {
  const text = '# A\n\n## B\n\n```sh\n# only\n\n# words\n```\n\n## C\n\n```sh\n# and\nls\n```\n';
  expect(parse('', text).runbook.steps.map(({ title }) => title)).toEqual(['C']);
});

test('one mistake among the parameters hides no other', () => {
  const head =
    '---\nrunbook: 1\nparameters:\n  A: {type: strin, pattern: "("}\n  B: {type: version, range: nonsense}\n  C: {type: choice, choices: [x], default: y}\n  D-E: string\n---\n\n';
  const found = mistakes(`## A\n\n${fence('yaml when', 'C: z')}${fence('sh look')}`, head);
  expect(found.sort()).toEqual(
    [
      'bad-front-matter',
      'bad-front-matter',
      'bad-parameter',
      'bad-parameter',
      'bad-range',
      'unreachable-step',
    ].sort(),
  );
});

describe('what stands before the first step', () => {
  const body = `# Title\n\nIntro.\n\n## What broke\n\nThe cause.\n\n## See it\n\nLook here.\n\n${fence('sh look')}## Why it works\n\nIt does.\n`;
  const sources = (head: string) => {
    const { summary, steps } = parse(body, head).runbook;
    const said = (content: typeof summary) =>
      content.flatMap((part) => (part.type === 'prose' ? part.source.split('\n\n') : []));
    return [said(summary), said(steps[0]!.content)];
  };

  test('is the summary, which the briefing shows', () => {
    expect(sources('---\nrunbook: 1\n---\n\n')).toEqual([
      ['Intro.', '## What broke', 'The cause.'],
      ['Look here.', '## Why it works', 'It does.'],
    ]);
  });

  test('is read with that step in a pitfall, which is entered without a briefing', () => {
    expect(sources('---\nrunbook: 1\nfindings: [crd-missing]\n---\n\n')).toEqual([
      ['Intro.'],
      ['## What broke', 'The cause.', '## See it', 'Look here.', '## Why it works', 'It does.'],
    ]);
  });
});
