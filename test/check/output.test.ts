import { expect, test } from 'vitest';
import { parseCheckOutput } from '../../src/linkerd/check-output.ts';
import { anchorOf, categoriesOf } from '../../src/linkerd/check-report.ts';

const check = (description: string, result: string, more: object = {}) => ({ description, result, ...more });
const document = (categories: unknown, success = true) =>
  `${JSON.stringify({ success, categories }, undefined, 2)}\n`;
const category = (categoryName: string, ...checks: object[]) => ({ categoryName, checks });

const core = document([
  category(
    'kubernetes-api',
    check('can initialize the client', 'success'),
    check('can query the Kubernetes API', 'success'),
  ),
  category(
    'linkerd-identity',
    check('issuer cert is valid for at least 60 days', 'warning', {
      hint: 'https://linkerd.io/2.14/checks/#l5d-identity-issuer-cert-not-expiring-soon',
      error: 'issuer certificate will expire on 2026-12-30T08:15:30Z',
    }),
  ),
]);
const viz = document([category('linkerd-viz', check('linkerd-viz Namespace exists', 'success'))]);
const jaeger = document(
  [
    category(
      'linkerd-jaeger',
      check('Linkerd extension command linkerd-jaeger exists', 'error', {
        hint: 'https://linkerd.io/2/checks/#extensions',
        error: 'exec: "linkerd-jaeger": executable file not found in $PATH',
      }),
    ),
  ],
  false,
);

test('every document of the stream is read: the core, then one for each extension', () => {
  const report = parseCheckOutput(core + viz);
  expect(report).toMatchObject({ success: true, rest: '', ends: [] });
  expect(report.broken).toBeUndefined();
  expect(categoriesOf(report.checks).map(({ name, lines }) => [name, lines.length])).toEqual([
    ['kubernetes-api', 2],
    ['linkerd-identity', 1],
    ['linkerd-viz', 1],
  ]);
  expect(anchorOf(report.checks[2]!)).toBe('l5d-identity-issuer-cert-not-expiring-soon');
});

test('one failing extension fails the whole, whatever the first document says', () => {
  const report = parseCheckOutput(core + viz + jaeger);
  expect(report.success).toBe(false);
  expect(report.ends.map(({ description }) => description)).toEqual([
    'Linkerd extension command linkerd-jaeger exists',
  ]);
});

test('documents on one line, and between other lines, are found; the other lines are kept', () => {
  const compact = (text: string) => JSON.stringify(JSON.parse(text));
  const report = parseCheckOutput(
    `W0101 {"msg": "throttled {"} request\n${compact(core)}${compact(viz)}\nwarn: {unbalanced\n`,
  );
  expect(report.checks).toHaveLength(4);
  expect(report.success).toBe(true);
  expect(report.rest).toBe('W0101 {"msg": "throttled {"} request\n\nwarn: {unbalanced');
});

test('a tool that looked at nothing writes null, which is no success of anything', () => {
  expect(parseCheckOutput('{"success": true, "categories": null}')).toMatchObject({
    success: false,
    broken: 'It looked at nothing.',
  });
  expect(parseCheckOutput('')).toMatchObject({ success: false, broken: 'It printed no result.' });
  expect(parseCheckOutput('Error: unknown flag: --crds\n')).toMatchObject({
    success: false,
    rest: 'Error: unknown flag: --crds',
    broken: 'It printed no result.',
  });
});

test('cut off anywhere, the checks that are complete are given and the report is broken', () => {
  const text = core + viz;
  const whole = parseCheckOutput(text).checks;
  for (let length = 0; length < text.trimEnd().length; length += 1) {
    const report = parseCheckOutput(text.slice(0, length));
    expect(whole.slice(0, report.checks.length)).toEqual(report.checks);
    if (length !== core.length && length !== core.length - 1) {
      expect(report.success, `${length} characters`).toBe(false);
      expect(report.broken, `${length} characters`).toBeDefined();
    }
  }
  expect(parseCheckOutput(text.slice(0, text.indexOf('linkerd-viz'))).checks).toEqual(whole.slice(0, 3));
});

test('a document that says it failed and names no check is not taken for a success', () => {
  expect(parseCheckOutput(document([category('a', check('fine', 'success'))], false))).toMatchObject({
    success: false,
    broken: 'It says that it failed, and names no check.',
  });
});

test('a result of a kind that nobody knows is a failure', () => {
  const report = parseCheckOutput(document([category('a', check('new', 'skipped?'), check('old', ''))]));
  expect(report.checks.map(({ result }) => result)).toEqual(['error', 'error']);
});

test('details behind a description become lines of their own, lists keep their shape', () => {
  const [line] = parseCheckOutput(
    document([
      category(
        'linkerd-control-plane-proxy',
        check('proxies are up-to-date\nsome\tdetails', 'warning', {
          error: 'some proxies are not running the current version:\n\t* web-1 (stable-2.13.7)\n\n',
        }),
      ),
    ]),
  ).checks;
  expect(line).toMatchObject({
    description: 'proxies are up-to-date',
    error: 'some proxies are not running the current version:\n  * web-1 (stable-2.13.7)\nsome details',
  });
});

test('nothing that a terminal would act on gets through, and only web addresses are hints', () => {
  const { checks, rest } = parseCheckOutput(
    `\x1b]0;owned\x07before\n${document([
      category('cat\x1b[2J', {
        description: 'a\x1b[31mb\u202e',
        result: 'warning',
        error: 'x\x1b[1;1Hy\x07',
        hint: 'javascript:alert(1)',
      }),
    ])}`,
  );
  expect(checks).toEqual([{ category: 'cat', description: 'ab', result: 'warning', error: 'xy' }]);
  expect(rest).toBe('before');
});

test.each([
  ['not a document', '{"success": true, "categories": 7}'],
  ['no checks', '{"success": true, "categories": [null, 3, {"checks": "x"}, {"checks": [null, 4, []]}]}'],
  ['wrong types', '{"success": "yes", "categories": [{"categoryName": {}, "checks": [{"description": 3}]}]}'],
  ['many openings', '{"success":'.repeat(20_000)],
  ['deep', `{"success":true,"categories":${'['.repeat(100_000)}`],
  ['half a string', '{"success": true, "categories": [{"categoryName": "a\\'],
])('hostile text is no trouble: %s', (_, text) => {
  const report = parseCheckOutput(text);
  for (const line of report.checks) expect(['warning', 'error', 'success']).toContain(line.result);
});
