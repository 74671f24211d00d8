/** What `handrail diagnose` prints, in each of its forms. */
import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/commands/diagnose/arrange.ts';
import { arrange, isFound } from '../../src/commands/diagnose/arrange.ts';
import type { CataloguedPitfall } from '../../src/commands/diagnose/catalogue.ts';
import { json } from '../../src/commands/diagnose/json.ts';
import { markdown } from '../../src/commands/diagnose/markdown.ts';
import { sarif } from '../../src/commands/diagnose/sarif.ts';
import { readWish } from '../../src/commands/diagnose/suppress.ts';
import { tableLines } from '../../src/commands/diagnose/table-lines.ts';
import { commandLine, walkLine, walkWords } from '../../src/commands/diagnose/walk-command.ts';
import type { PlacedFinding } from '../../src/diagnosis/finding.ts';
import { findingKinds } from '../../src/diagnosis/kinds.ts';
import { ASCII } from '../../src/terminal/glyphs.ts';
import { lineText } from '../../src/terminal/line.ts';
import { displayWidth } from '../../src/terminal/text.ts';

const finding = (code: string, more: Partial<PlacedFinding> = {}): PlacedFinding => ({
  code,
  severity: 'error',
  certainty: 'confirmed',
  layer: 'control-plane',
  title: `${code} is so`,
  explanation: 'It matters for the upgrade, because without it nothing works as it should.',
  subjects: [{ kind: 'Deployment', namespace: 'linkerd', name: 'linkerd-proxy-injector' }],
  subjectCount: 1,
  evidence: [
    {
      kind: 'field',
      ref: 'Deployment linkerd/linkerd-proxy-injector',
      path: 'spec.replicas',
      value: '0',
      expected: 'at least 1',
    },
  ],
  causes: [],
  remedy: { text: 'Give it its replicas.', risk: 'change', verify: 'Look at its endpoints.' },
  fingerprint: `print-${code}`,
  ...more,
});
const pitfall = (
  name: string,
  findings: readonly string[],
  parameters: readonly string[] = [],
): CataloguedPitfall => ({
  file: `pitfalls/${name}.md`,
  name: `pitfalls/${name}`,
  title: `The pitfall ${name}`,
  description: '',
  findings,
  parameters,
});
const report = (findings: readonly PlacedFinding[], more: Partial<Report> = {}): Report => ({
  snapshot: {
    cluster: { name: 'prod-eu-1', server: 'https://10.0.0.1:6443', uid: 'uid-1', practice: false },
    takenAt: '2026-06-01T12:00:00.123Z',
    tookMs: 412,
  },
  controlPlanes: [{ namespace: 'linkerd', version: 'stable-2.14.10' }],
  diagnosis: { findings, checked: ['a', 'b', 'c'], notChecked: [] },
  known: { suppressed: [], expired: [] },
  showSuppressed: false,
  catalogue: [pitfall('injector', ['injector-down'], ['REPLICAS', 'TO']), pitfall('other', ['other'])],
  threshold: 'warning',
  clusterOptions: ['--context', 'prod-eu-1'],
  values: {},
  ...more,
});
const rows = (of: Report, width = 80) =>
  tableLines(of, { width, glyphs: ASCII }).map((line) => lineText(line).trimEnd());

const down = finding('injector-down', {
  remedy: { ...finding('x').remedy, parameters: { REPLICAS: '3', STRANGE: 'x' } },
});
const symptom = finding('unmeshed', { symptomOf: 'injector-down', severity: 'blocker' });
const unsure = finding('perhaps', { certainty: 'undetermined' });
const note = finding('note', { severity: 'info' });

describe('how findings are arranged', () => {
  test('under their pitfalls, symptoms under their causes, the unsure and the rest apart', () => {
    const { pitfalls, others, undetermined, lesser } = arrange(
      report([down, finding('nameless'), symptom, note, unsure]),
    );
    expect(pitfalls.map((one) => one.pitfall.name)).toEqual(['pitfalls/injector']);
    expect(pitfalls[0]?.found.map(({ symptoms }) => symptoms.map(({ code }) => code))).toEqual([
      ['unmeshed'],
    ]);
    expect(others.map((one) => one.finding.code)).toEqual(['nameless']);
    expect(undetermined.map(({ code }) => code)).toEqual(['perhaps']);
    expect(lesser).toBe(1);
  });

  test('what follows from a symptom stands under the root cause, too', () => {
    const further = finding('further', { symptomOf: 'unmeshed' });
    const { pitfalls, others } = arrange(report([down, symptom, further]));
    expect(pitfalls[0]?.found[0]?.symptoms.map(({ code }) => code)).toEqual(['unmeshed', 'further']);
    expect(others).toEqual([]);
  });

  test('a symptom whose cause is below the threshold stands for itself', () => {
    const cause = finding('other', { severity: 'info' });
    const { others } = arrange(report([cause, { ...symptom, symptomOf: 'other' }]));
    expect(others.map((one) => one.finding.code)).toEqual(['unmeshed']);
  });

  test('only what is known and grave enough counts as found', () => {
    expect(isFound(report([]))).toBe(false);
    expect(isFound(report([note, unsure]))).toBe(false);
    expect(isFound(report([note], { threshold: 'info' }))).toBe(true);
    expect(isFound(report([down]))).toBe(true);
    expect(isFound(report([down], { threshold: 'blocker' }))).toBe(false);
  });
});

describe('the command that walks a pitfall', () => {
  test('has the cluster, and values of the parameters that the pitfall declares', () => {
    const words = walkWords(pitfall('injector', [], ['REPLICAS', 'TO']), down, {
      clusterOptions: ['--context', 'prod eu'],
      values: { TO: 'stable-2.14.10', REPLICAS: '1' },
    });
    expect(commandLine(words)).toBe(
      "handrail run pitfalls/injector --context 'prod eu' --set REPLICAS=3 --set TO=stable-2.14.10",
    );
  });

  test('is one for a shell to read, whatever a value holds', () => {
    const evil = { ...down, remedy: { ...down.remedy, parameters: { REPLICAS: "3'; rm -rf ~ #" } } };
    const words = walkWords(pitfall('injector', [], ['REPLICAS']), evil, { clusterOptions: [], values: {} });
    expect(commandLine(words)).toBe("handrail run pitfalls/injector --set REPLICAS='3'\\''; rm -rf ~ #'");
  });
});

describe('the command to copy', () => {
  const around = { clusterOptions: ['--practice'], values: { TO: 'stable-2.14.10' } };
  const policies = pitfall('policies', [], ['POLICIES', 'LEVEL', 'TO']);
  const blocked = (length: number) => ({
    ...down,
    remedy: { ...down.remedy, parameters: { POLICIES: 'x'.repeat(length), LEVEL: 'all' } },
  });

  test('has the values that can be read', () => {
    expect(walkLine(policies, blocked(5), around)).toBe(
      'handrail run pitfalls/policies --practice --set POLICIES=xxxxx --set LEVEL=all --set TO=stable-2.14.10',
    );
  });

  test('is short where one of them is not: it finds them again itself', () => {
    expect(walkLine(policies, blocked(201), around)).toBe(
      'handrail run pitfalls/policies --practice --set TO=stable-2.14.10 --diagnosed',
    );
    expect(json(report([blocked(201)]))).not.toContain('--diagnosed');
  });
});

describe('the control planes of the cluster', () => {
  test('are named in every form for people', () => {
    expect(markdown(report([]))).toContain('- Linkerd: stable-2.14.10 in linkerd');
    expect(JSON.parse(json(report([]))).controlPlanes).toHaveLength(1);
  });

  test('that there is none is said, and only where it is known', () => {
    expect(rows(report([], { controlPlanes: [] }))[1]).toBe('Linkerd    there is no Linkerd on this cluster');
    expect(rows(report([], { controlPlanes: undefined }))[1]).toMatch(/^Looked at/);
  });
});

describe('for people', () => {
  test('the pitfall, its evidence and the command stand together, in 80 columns', () => {
    const shown = rows(report([down, symptom, unsure, note]));
    expect(shown).toEqual([
      'Cluster    prod-eu-1',
      'Linkerd    stable-2.14.10 in linkerd',
      'Looked at  2026-06-01 12:00:00 UTC',
      '',
      'x The pitfall injector',
      '  injector-down is so',
      '    error, confirmed: injector-down',
      '    It matters for the upgrade, because without it nothing works as it should.',
      '    Deployment linkerd/linkerd-proxy-injector: spec.replicas',
      '      = 0 (expected: at least 1)',
      '    From it follows:',
      '      * unmeshed is so',
      '  Walk its fix:',
      '    handrail run pitfalls/injector --context prod-eu-1 --set REPLICAS=3',
      '',
      'What could not be told',
      '? perhaps is so',
      '  It matters for the upgrade, because without it nothing works as it should.',
      '',
      'Looked for 3 kinds of findings in 0.4 s. 1 finding below warning is left out',
      '(--severity info shows all).',
    ]);
  });

  test('nothing but a command to be copied is wider than the terminal', () => {
    const long = finding('long', {
      title: `The ${'very '.repeat(40)}long title`,
      evidence: [{ kind: 'log', ref: `Pod shop/${'x'.repeat(120)}`, value: 'y'.repeat(300) }],
      subjects: Array.from({ length: 20 }, (_, at) => ({
        kind: 'Deployment',
        namespace: 'shop',
        name: `web-${at}`,
      })),
      subjectCount: 40,
    });
    for (const width of [80, 120, 40]) {
      for (const row of rows(report([long, { ...down, symptomOf: 'none' }]), width)) {
        if (!row.includes('handrail run')) expect(displayWidth(row), row).toBeLessThanOrEqual(width);
      }
    }
  });

  test('control characters of the cluster do not get through', () => {
    const evil = finding('injector-down', {
      title: 'a\u001b[31m red\u0007',
      evidence: [{ kind: 'log', ref: 'Pod x', value: 'b\u001b]0;title\u0007\nc' }],
    });
    const text = rows(report([evil])).join('\n');
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });

  test('what was not looked for and what is suppressed is said', () => {
    const by = {
      code: 'other',
      cluster: 'uid-1',
      reason: 'known since May',
      until: '2026-06-30T00:00:00Z',
      by: 'eve@host',
      at: '2026-05-01T00:00:00Z',
    };
    const base = report([], {
      diagnosis: {
        findings: [],
        checked: ['a'],
        notChecked: [
          {
            part: 'customResourceDefinitions',
            why: 'denied',
            message:
              'It needs the permission to list customresourcedefinitions.apiextensions.k8s.io in all namespaces.',
            codes: ['x', 'y'],
          },
        ],
      },
      known: { suppressed: [{ finding: finding('other'), by: [by] }], expired: [{ ...by, code: 'gone' }] },
    });
    expect(rows(base, 1000).slice(4)).toEqual([
      'Looked for 1 kind of findings in 0.4 s, and found nothing.',
      '1 finding is suppressed as known (--show-suppressed names them).',
      'gone was suppressed until 2026-06-30 (known since May), and is shown again.',
      '2 kinds not looked for without custom resource definitions: It needs the permission to list customresourcedefinitions.apiextensions.k8s.io in all namespaces.',
    ]);
    expect(rows({ ...base, showSuppressed: true }, 1000)).toContain(
      '  other: other is so, until 2026-06-30: known since May (eve@host)',
    );
  });
});

test('for programs: every field, and what is below the threshold is only counted', () => {
  const document = JSON.parse(json(report([down, symptom, unsure, note])));
  expect(document).toMatchObject({
    kind: 'handrail/diagnosis',
    version: 1,
    takenAt: '2026-06-01T12:00:00.123Z',
    cluster: { name: 'prod-eu-1', uid: 'uid-1' },
    threshold: 'warning',
    belowThreshold: 1,
    checked: ['a', 'b', 'c'],
    notChecked: [],
    suppressed: [],
    expired: [],
  });
  expect(document.pitfalls).toEqual([
    {
      name: 'pitfalls/injector',
      title: 'The pitfall injector',
      findings: ['print-injector-down'],
      walk: ['handrail', 'run', 'pitfalls/injector', '--context', 'prod-eu-1', '--set', 'REPLICAS=3'],
    },
  ]);
  expect(
    document.findings.map((one: PlacedFinding & { pitfall: string | null }) => [one.code, one.pitfall]),
  ).toEqual([
    ['injector-down', 'pitfalls/injector'],
    ['unmeshed', null],
    ['perhaps', null],
  ]);
  expect(document.findings[0]).toMatchObject({ evidence: down.evidence, remedy: down.remedy });
});

test('as SARIF: rules for all codes, levels by severity, what is unsure is open', () => {
  const [code = ''] = Object.keys(findingKinds());
  const suppressed = {
    finding: finding(code),
    by: [{ code, cluster: 'uid-1', reason: 'known', until: '2026-07-01T00:00:00Z', by: 'eve', at: '' }],
  };
  const log = JSON.parse(
    JSON.stringify(
      sarif(report([{ ...down, code }, unsure], { known: { suppressed: [suppressed], expired: [] } })),
    ),
  );
  const [run] = log.runs;
  expect(log.version).toBe('2.1.0');
  expect(run.tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(Object.keys(findingKinds()));
  const [first, second, third] = run.results;
  expect(first).toMatchObject({
    ruleId: code,
    ruleIndex: 0,
    kind: 'fail',
    level: 'error',
    partialFingerprints: { 'handrailFinding/v1': 'print-injector-down' },
    locations: [
      {
        logicalLocations: [
          { fullyQualifiedName: 'Deployment linkerd/linkerd-proxy-injector', kind: 'resource' },
        ],
      },
    ],
  });
  expect(second).toMatchObject({ kind: 'open', level: 'none' });
  expect(third.suppressions).toEqual([{ kind: 'external', status: 'accepted', justification: 'known' }]);
  expect(run.invocations[0].executionSuccessful).toBe(true);
});

test('as Markdown: what comes from the cluster becomes no markup', () => {
  const evil = finding('injector-down', {
    title: '**bold** @everyone [x](http://e.vil) | a',
    evidence: [{ kind: 'log', ref: 'Pod a|b', value: '`tick` | cell' }],
  });
  const text = markdown(report([evil, finding('nameless'), unsure]));
  expect(text).toContain('# Diagnosis of prod-eu-1');
  expect(text).toContain('## 1. The pitfall injector');
  expect(text).toContain('## Besides');
  expect(text).toContain('## What could not be told');
  expect(text).toContain('```sh\nhandrail run pitfalls/injector --context prod-eu-1\n```');
  expect(text).not.toContain('**bold**');
  expect(text).not.toContain('[x](http');
  expect(text).not.toMatch(/[^\\]@everyone/);
  expect(text).toContain('`` `tick` \\| cell ``');
});

describe('what is asked to be suppressed', () => {
  const now = Date.parse('2026-06-01T12:00:00Z');
  const [code = ''] = Object.keys(findingKinds());

  test('is said in full, or refused', () => {
    expect(readWish({}, now).targets).toEqual([]);
    expect(readWish({ suppress: [code], reason: ' why ', until: '7d' }, now)).toEqual({
      targets: [{ code }],
      reason: 'why',
      until: now + 7 * 86_400_000,
    });
    expect(() => readWish({ reason: 'x' }, now)).toThrow('belong to --suppress');
    expect(() => readWish({ suppress: [code], until: '7d' }, now)).toThrow('say why and until when');
    expect(() => readWish({ suppress: [code], reason: 'x', until: 'soon' }, now)).toThrow('7d');
    expect(() => readWish({ suppress: ['No Such'], reason: 'x', until: '7d' }, now)).toThrow('is no finding');
    expect(() => readWish({ suppress: ['no-such'], reason: 'x', until: '7d' }, now)).toThrow(
      'There is no finding no-such.',
    );
  });
});
