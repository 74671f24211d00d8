/** Findings that are known: what they cover, how they are written, and the file they are kept in. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { PlacedFinding } from '../../src/diagnosis/finding.ts';
import {
  type KnownFinding,
  parseTarget,
  parseUntil,
  setAside,
  targetsOf,
  targetText,
} from '../../src/diagnosis/known.ts';
import { addKnownFindings, knownFindingsFile, readKnownFindings } from '../../src/state/known-findings.ts';

const now = Date.parse('2026-06-01T12:00:00Z');
const at = { cluster: 'uid-1', now };
const web = { kind: 'Deployment', namespace: 'shop', name: 'web' };
const api = { kind: 'Deployment', namespace: 'shop', name: 'api' };

const finding = (code: string, subjects: PlacedFinding['subjects'] = [web]): PlacedFinding => ({
  code,
  severity: 'warning',
  certainty: 'confirmed',
  layer: 'data-plane',
  title: `${code} is so`,
  explanation: 'It matters.',
  subjects,
  subjectCount: subjects.length,
  evidence: [{ kind: 'field', ref: 'Deployment shop/web', value: '0' }],
  causes: [],
  remedy: { text: 'Mend it.', risk: 'change', verify: 'Look again.' },
  fingerprint: code,
});
const known = (more: Partial<KnownFinding> = {}): KnownFinding => ({
  code: 'behind',
  cluster: 'uid-1',
  reason: 'restarted on Monday',
  until: '2026-06-08T12:00:00Z',
  by: 'eve@host',
  at: '2026-06-01T11:00:00Z',
  ...more,
});

describe('what is put aside', () => {
  test('is the finding of that code on that cluster, and it is counted', () => {
    const one = known();
    const aside = setAside([finding('behind'), finding('other')], [one], at);
    expect(aside.findings.map(({ code }) => code)).toEqual(['other']);
    expect(aside.suppressed).toEqual([{ finding: finding('behind'), by: [one] }]);
    expect(aside.expired).toEqual([]);
  });

  test('is nothing on another cluster, nor where the cluster is not known', () => {
    expect(setAside([finding('behind')], [known()], { cluster: 'uid-2', now }).findings).toHaveLength(1);
    const nobody = known({ cluster: '' });
    expect(setAside([finding('behind')], [nobody], { cluster: '', now }).findings).toHaveLength(1);
  });

  test('comes back when its time is over, and it is said', () => {
    const over = known({ until: '2026-06-01T12:00:00Z' });
    const aside = setAside([finding('behind'), finding('other')], [over], at);
    expect(aside.findings).toHaveLength(2);
    expect(aside.expired).toEqual([over]);
    // One that is over and says nothing of what was found is no news.
    expect(setAside([finding('other')], [over], at).expired).toEqual([]);
  });

  test('about one object is a finding about that object alone', () => {
    const one = known({ subject: web });
    expect(setAside([finding('behind')], [one], at).findings).toEqual([]);
    expect(setAside([finding('behind', [api])], [one], at).findings).toHaveLength(1);
    expect(setAside([finding('behind', [web, api])], [one], at).findings).toHaveLength(1);
    const both = [one, known({ subject: api })];
    expect(setAside([finding('behind', [web, api])], both, at).suppressed[0]?.by).toEqual(both);
  });

  test('about some of more objects than are named is not all of them', () => {
    const many = { ...finding('behind'), subjectCount: 30 };
    expect(setAside([many], [known({ subject: web })], at).findings).toHaveLength(1);
    expect(targetsOf(many)).toEqual([{ code: 'behind' }]);
    expect(targetsOf(finding('behind', [web, api]))).toEqual([
      { code: 'behind', subject: web },
      { code: 'behind', subject: api },
    ]);
  });
});

describe('how it is written', () => {
  test.each([
    ['data-plane-behind', { code: 'data-plane-behind' }],
    [
      'crd-missing@CustomResourceDefinition/servers.policy.linkerd.io',
      {
        code: 'crd-missing',
        subject: { kind: 'CustomResourceDefinition', name: 'servers.policy.linkerd.io' },
      },
    ],
    ['behind@Deployment/shop/web', { code: 'behind', subject: web }],
  ])('%s is read and written', (text, target) => {
    expect(parseTarget(text)).toEqual(target);
    expect(targetText(target)).toBe(text);
  });

  test.each(['', 'Behind', 'behind@', 'behind@Deployment', 'behind@Deployment/a/b/c', 'a b', '../x'])(
    '%j is none',
    (text) => expect(parseTarget(text)).toBeUndefined(),
  );

  test('until when', () => {
    expect(parseUntil('7d', now)).toBe(now + 7 * 86_400_000);
    expect(parseUntil('12h', now)).toBe(now + 12 * 3_600_000);
    expect(parseUntil('2026-06-30', now)).toBe(Date.parse('2026-07-01T00:00:00Z'));
    // Today is not over yet.
    expect(parseUntil('2026-06-01', now)).toBe(Date.parse('2026-06-02T00:00:00Z'));
    expect(parseUntil('2026-05-31', now)).toMatch(/over already/);
    expect(parseUntil('400d', now)).toMatch(/365 days/);
    expect(parseUntil('soon', now)).toMatch(/such as 7d/);
    expect(parseUntil('2026-02-30T99:00Z', now)).toMatch(/such as 7d/);
  });
});

describe('the file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'known-'));
  let file: string;
  let count = 0;
  beforeEach(() => {
    file = knownFindingsFile({ XDG_CONFIG_HOME: join(folder, String(count++)) });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('is where XDG has it, and a relative folder is none', () => {
    expect(knownFindingsFile({ XDG_CONFIG_HOME: '/etc/xdg' })).toBe('/etc/xdg/handrail/known-findings.json');
    expect(knownFindingsFile({ XDG_CONFIG_HOME: 'relative' }, '/home/eve')).toBe(
      '/home/eve/.config/handrail/known-findings.json',
    );
  });

  test('that is not there is empty; what is written is read again, by its owner alone', async () => {
    expect(await readKnownFindings(file)).toEqual({ known: [] });
    await addKnownFindings(file, [known({ subject: web })], now);
    expect(await readKnownFindings(file)).toEqual({ known: [known({ subject: web })] });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('has each target of a cluster once, the newest, and forgets what is long over', async () => {
    const old = known({ code: 'old', until: '2026-01-01T00:00:00Z' });
    const lately = known({ code: 'lately', until: '2026-05-20T00:00:00Z' });
    await addKnownFindings(file, [known({ reason: 'first' }), old, lately], now);
    await addKnownFindings(file, [known({ reason: 'second' }), known({ cluster: 'uid-2' })], now);
    const { known: all } = await readKnownFindings(file);
    expect(all.map(({ code, reason, cluster }) => [code, reason, cluster])).toEqual([
      ['lately', 'restarted on Monday', 'uid-1'],
      ['behind', 'second', 'uid-1'],
      ['behind', 'restarted on Monday', 'uid-2'],
    ]);
  });

  test.each([
    ['{', 'is no JSON'],
    ['{"kind":"handrail/known-findings","version":2,"findings":[]}', 'not what this Handrail writes'],
    ['[]', 'not what this Handrail writes'],
  ])('that holds %s suppresses nothing and is not written over', async (text, why) => {
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
    const { known: none, problem } = await readKnownFindings(file);
    expect(none).toEqual([]);
    expect(problem).toContain(why);
    await expect(addKnownFindings(file, [known()], now)).rejects.toThrow(why);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  test('with entries that are none has the others', async () => {
    mkdirSync(join(file, '..'), { recursive: true });
    const findings = [known(), { code: 7 }, 'x', null, { ...known(), until: 'never' }];
    writeFileSync(file, JSON.stringify({ kind: 'handrail/known-findings', version: 1, findings }));
    expect((await readKnownFindings(file)).known).toEqual([known()]);
  });
});
