/** The page about paths says what the program does. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { avoided } from '../../../src/linkerd/avoid.ts';
import { kubernetesSupport } from '../../../src/linkerd/kubernetes-support.ts';
import { lines } from '../../../src/linkerd/lines.ts';
import { minutes } from '../../../src/linkerd/path/estimate.ts';

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

test('every release that it says nobody should go to is refused', () => {
  const row = /\| a release that nobody should go to \| ([^|]*)\|/.exec(page)![1]!;
  const named = row.match(/\d+\.\d+\.\d+/g)!;
  expect(named.length).toBeGreaterThan(30);
  for (const version of named) {
    const name = version.startsWith('2.') ? `stable-${version}` : `edge-${version}`;
    expect(avoided(name, 'helm'), name).toBeDefined();
  }
});
