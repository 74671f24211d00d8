/** The engine: every detector is asked, a cause stands before its symptoms, and what could not be looked for is said. */
import { describe, expect, test } from 'vitest';
import type { Detector, FindingKind, Found } from '../../src/diagnosis/detector.ts';
import { detectors as all } from '../../src/diagnosis/detectors/all.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Part } from '../../src/diagnosis/snapshot.ts';
import { denied, snapshotOf } from '../helpers/snapshot.ts';

const found = (code: string, more: Partial<Found> = {}): Found => ({
  code,
  certainty: 'confirmed',
  title: `${code} is so`,
  explanation: 'It matters.',
  subjects: [{ kind: 'Deployment', namespace: 'linkerd', name: code }],
  evidence: [{ kind: 'field', ref: `Deployment linkerd/${code}`, path: 'spec.replicas', value: '0' }],
  causes: [],
  remedy: { text: 'Mend it.', risk: 'change', verify: 'Look again.' },
  ...more,
});
const kind = (more: Partial<FindingKind> = {}): FindingKind => ({
  severity: 'error',
  layer: 'control-plane',
  title: 'Something',
  ...more,
});
const detector = (
  kinds: Readonly<Record<string, FindingKind>>,
  given: readonly Found[] | (() => readonly Found[]),
  needs: readonly Part[] = ['pods'],
): Detector => ({ kinds, needs, look: () => (typeof given === 'function' ? given() : given) });
const snapshot = snapshotOf([]);
const order = (detectors: readonly Detector[], of = snapshot) =>
  diagnose(of, detectors).findings.map(({ code }) => code);

test('a finding takes the severity, the layer and the causes of its kind, and may have its own', () => {
  const kinds = { one: kind({ severity: 'warning', layer: 'tool', causedBy: ['other'] }) };
  const [as, own] = diagnose(snapshot, [
    detector(kinds, [found('one'), found('one', { severity: 'blocker', causedBy: [], subjects: [] })]),
  ])
    .findings.toSorted((a, b) => a.severity.localeCompare(b.severity))
    .reverse();
  expect(as).toMatchObject({ severity: 'warning', layer: 'tool', causedBy: ['other'] });
  expect(own).toMatchObject({ severity: 'blocker', layer: 'tool', causedBy: [] });
});

describe('the order', () => {
  test('of those that differ in nothing else is that of their titles, as people count', () => {
    const titles = ['shop/web-10', 'shop/api', 'shop/web-9'];
    const given = titles.map((title) =>
      found('stuck', { title, subjects: [{ kind: 'Deployment', name: title }] }),
    );
    const { findings } = diagnose(snapshot, [detector({ stuck: kind() }, given)]);
    expect(findings.map(({ title }) => title)).toEqual(['shop/api', 'shop/web-9', 'shop/web-10']);
  });

  test('is by severity, then certainty, layer, number of subjects and code, whoever found it first', () => {
    const kinds = {
      info: kind({ severity: 'info' }),
      warning: kind({ severity: 'warning' }),
      'z-error': kind(),
      'a-error': kind(),
      likely: kind(),
      tool: kind({ layer: 'tool' }),
      many: kind(),
      blocker: kind({ severity: 'blocker', layer: 'data-plane' }),
    };
    const given = [
      found('info'),
      found('warning'),
      found('z-error'),
      found('a-error'),
      found('likely', { certainty: 'likely' }),
      found('tool'),
      found('many', { subjectCount: 7 }),
      found('blocker'),
    ];
    const expected = ['blocker', 'tool', 'many', 'a-error', 'z-error', 'likely', 'warning', 'info'];
    expect(order([detector(kinds, given)])).toEqual(expected);
    expect(order([detector(kinds, given.toReversed())])).toEqual(expected);
  });

  test('has what could not be told at its end, however grave', () => {
    const kinds = { unsure: kind({ severity: 'blocker' }), sure: kind({ severity: 'info' }) };
    expect(order([detector(kinds, [found('unsure', { certainty: 'undetermined' }), found('sure')])])).toEqual(
      ['sure', 'unsure'],
    );
  });
});

describe('a cause that was found', () => {
  const kinds = {
    cause: kind({ severity: 'warning', layer: 'cluster' }),
    symptom: kind({ severity: 'blocker', causedBy: ['unheard-of', 'cause'] }),
  };

  test('makes what follows from it a symptom, which stands behind it', () => {
    const { findings } = diagnose(snapshot, [detector(kinds, [found('symptom'), found('cause')])]);
    expect(findings.map(({ code, symptomOf }) => [code, symptomOf])).toEqual([
      ['cause', undefined],
      ['symptom', 'cause'],
    ]);
  });

  test('masks nothing while it is only a suspicion', () => {
    const { findings } = diagnose(snapshot, [
      detector(kinds, [found('symptom'), found('cause', { certainty: 'undetermined' })]),
    ]);
    expect(findings[0]).toMatchObject({ code: 'symptom' });
    expect(findings[0]).not.toHaveProperty('symptomOf');
  });

  test('two that cause each other are both causes', () => {
    const circle = { one: kind({ causedBy: ['two'] }), two: kind({ causedBy: ['one'] }) };
    const { findings } = diagnose(snapshot, [detector(circle, [found('one'), found('two')])]);
    expect(findings.map(({ symptomOf }) => symptomOf)).toEqual([undefined, undefined]);
  });

  test('is no symptom of itself', () => {
    const { findings } = diagnose(snapshot, [detector({ one: kind({ causedBy: ['one'] }) }, [found('one')])]);
    expect(findings[0]).not.toHaveProperty('symptomOf');
  });
});

describe('what was not looked for', () => {
  const blind = detector({ a: kind(), b: kind() }, [found('a')], ['pods', 'secrets']);
  const seeing = detector({ c: kind() }, [found('c')]);

  test('is named with the reason, and the rest is looked for', () => {
    const partly = snapshotOf([], {
      objects: { secrets: denied('It needs the permission to list secrets.') },
    });
    const { findings, notChecked, checked } = diagnose(partly, [blind, seeing]);
    expect(findings.map(({ code }) => code)).toEqual(['c']);
    expect(checked).toEqual(['c']);
    expect(notChecked).toEqual([
      {
        part: 'secrets',
        why: 'denied',
        message: 'It needs the permission to list secrets.',
        codes: ['a', 'b'],
      },
    ]);
  });

  test('is told once for each part', () => {
    const partly = snapshotOf([], { objects: { secrets: denied() } });
    const other = detector({ d: kind() }, [], ['secrets']);
    expect(diagnose(partly, [blind, other]).notChecked.map(({ codes }) => codes)).toEqual([['a', 'b', 'd']]);
  });

  test('is nothing where the cluster has no such kind of object', () => {
    const without = snapshotOf([], {
      objects: { secrets: { state: 'unread', why: 'absent', message: 'There is none.' } },
    });
    expect(diagnose(without, [blind]).checked).toEqual(['a', 'b']);
  });

  test('a detector that fails stops no other, and is told as not checked', () => {
    const failing = detector({ broken: kind() }, () => {
      throw new Error('no such thing');
    });
    const { findings, notChecked } = diagnose(snapshot, [failing, seeing]);
    expect(findings.map(({ code }) => code)).toEqual(['c']);
    expect(notChecked).toMatchObject([{ why: 'failed', codes: ['broken'] }]);
    expect(notChecked[0]?.message).toContain('no such thing');
  });

  test('a code that a detector does not own is a mistake of it', () => {
    const { findings, notChecked } = diagnose(snapshot, [detector({ own: kind() }, [found('foreign')])]);
    expect(findings).toEqual([]);
    expect(notChecked[0]?.message).toContain('foreign');
  });
});

describe('a finding', () => {
  test('has a fingerprint of its code and subjects, which is the same in another run', () => {
    const one = found('a', {
      subjects: [
        { kind: 'Pod', namespace: 'b', name: 'two' },
        { kind: 'Pod', namespace: 'a', name: 'one' },
      ],
    });
    const again = { ...one, subjects: [...one.subjects].reverse(), title: 'Other words' };
    const print = (given: Found) => diagnose(snapshot, [detector({ a: kind() }, [given])]).findings[0]!;
    expect(print(one).fingerprint).toBe(print(again).fingerprint);
    expect(print(one).subjects.map(({ name }) => name)).toEqual(['one', 'two']);
    expect(print(found('a')).fingerprint).not.toBe(print(one).fingerprint);
  });

  test('that comes twice is one', () => {
    expect(order([detector({ a: kind() }, [found('a'), found('a')])])).toEqual(['a']);
  });

  test('says no more in a proof than can be read, and gives no parameter that a command cannot take', () => {
    const evidence = [{ kind: 'policy' as const, ref: 'NetworkPolicy shop/web', value: 'x'.repeat(5000) }];
    const remedy = {
      ...found('a').remedy,
      parameters: { PINS: 'shop/deployment/web=1 '.repeat(5000), RELEASE: 'stable-2.14.10' },
    };
    const [cut] = diagnose(snapshot, [detector({ a: kind() }, [found('a', { evidence, remedy })])]).findings;
    expect(cut?.evidence[0]?.value).toHaveLength(1000);
    expect(cut?.remedy.parameters).toEqual({ RELEASE: 'stable-2.14.10' });
  });

  test('with many subjects and proofs names some and counts all', () => {
    const subjects = Array.from({ length: 50 }, (_, at) => ({
      kind: 'Pod',
      namespace: 'shop',
      name: `p${at}`,
    }));
    const evidence = subjects.map(({ name }) => ({ kind: 'field' as const, ref: name, value: '0' }));
    const [cut] = diagnose(snapshot, [
      detector({ a: kind() }, [found('a', { subjects, evidence })]),
    ]).findings;
    expect(cut?.subjects).toHaveLength(20);
    expect(cut?.subjectCount).toBe(50);
    expect(cut?.evidence).toHaveLength(10);
  });
});

test('a code belongs to one detector, and what explains it is a code that there is', () => {
  const codes = all.flatMap(({ kinds }) => Object.keys(kinds));
  expect(codes).toEqual([...new Set(codes)]);
  const causes = all.flatMap(({ kinds }) => Object.values(kinds).flatMap(({ causedBy = [] }) => causedBy));
  expect(causes.filter((code) => !codes.includes(code))).toEqual([]);
});
