/** The page about paths says what the program does. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { avoided } from '../../../src/linkerd/avoid.ts';
import { kubernetesSupport } from '../../../src/linkerd/kubernetes-support.ts';
import { lines } from '../../../src/linkerd/lines.ts';
import { minutes } from '../../../src/linkerd/path/estimate.ts';
import { has } from '../../../src/linkerd/version-order.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../../docs/plan.md'), 'utf8');

test('its table has every line, with its best release and its Kubernetes', () => {
  const rows = lines.map(({ line, best }) => {
    const { enforced, last, documented } = kubernetesSupport(best)!;
    const bounds = `1.${enforced}${last === undefined ? '' : `, up to 1.${last}`}`;
    return `| 2.${line} | ${best} | ${bounds} |${documented === undefined ? '' : ` 1.${documented[0]}-1.${documented[1]}`} |`;
  });
  expect(page).toContain(rows.join('\n'));
});

test('its formula has the minutes of the estimate', () => {
  expect(page).toContain(
    `${minutes.hop} + control plane + ${minutes.extension} x extensions + ${minutes.pod} x meshed pods`,
  );
  expect(page).toContain(`takes ${minutes.controlPlane}, highly available ${minutes.controlPlaneHa}`);
  expect(page).toContain(`at 2.12 takes ${minutes.chartMigration}`);
});

test('it names the releases that nobody should go to, and no others', () => {
  const row = /\| a release that nobody should go to \| ([^|]*)\|/.exec(page)![1]!;
  const ranges = [...row.matchAll(/([\d.]+\d)(?:-([\d.]+\d))?/g)].map(([, first, last = first]) => [
    first!,
    last!,
  ]);
  const prefixed = (number: string) => `${number.startsWith('2.') ? 'stable' : 'edge'}-${number}`;
  const said = (version: string) =>
    ranges.some(([first, last]) => {
      const [from, to] = [prefixed(first!), prefixed(last!)];
      return version.split('-')[0] === from.split('-')[0] && has(version, from) && has(to, version);
    });
  const all = [
    ...[9, 10, 11, 12, 13, 14].flatMap((line) => upTo(10).map((patch) => `stable-2.${line}.${patch}`)),
    ...[24, 25, 26].flatMap((year) =>
      upTo(12).flatMap((month) => upTo(9).map((ordinal) => `edge-${year}.${month}.${ordinal}`)),
    ),
  ];
  expect(all.filter((version) => said(version) !== (avoided(version, 'helm') !== undefined))).toEqual([]);
  expect(all.filter(said).length).toBeGreaterThan(40);
});

const upTo = (last: number): readonly number[] => Array.from({ length: last + 1 }, (_, number) => number);
