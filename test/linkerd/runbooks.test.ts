import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadBundle } from '../../src/runbook/load-bundle.ts';
import { actionSchemas } from '../../src/steps/kinds.ts';

const root = fileURLToPath(new URL('../../runbooks', import.meta.url));
const read = (key: string) => readFile(join(root, key), 'utf8').catch(() => undefined);
const keys = ['linkerd', 'pitfalls'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`),
);

describe.each(keys)('%s', (key) => {
  it('has nothing that the linter finds', async () => {
    const bundle = await loadBundle(key, read, actionSchemas);
    const lines = bundle.diagnostics.map(
      ({ rule, message, place }) => `${place.file}:${place.line}:${place.column} ${rule} ${message}`,
    );
    expect(lines).toEqual([]);
    expect(bundle.runbooks[key]?.format).toBe('handrail');
  });

  it('has a verify for every change, and never pipes the network into a shell', async () => {
    const bundle = await loadBundle(key, read, actionSchemas);
    for (const step of bundle.runbooks[key]?.steps ?? []) {
      for (const action of step.actions) {
        if (!('block' in action)) continue;
        if (action.risk === 'change')
          expect(action.verify?.script ?? `none in ${step.title}`).not.toContain('none in');
        expect(action.block.script).not.toMatch(/curl[^|\n]*\|\s*(sudo )?(ba)?sh\b/);
      }
    }
  });
});

describe('the upgrade', () => {
  it('asks for the target only, and finds out the rest', async () => {
    const bundle = await loadBundle('linkerd/upgrade-cli.md', read, actionSchemas);
    const runbook = bundle.runbooks['linkerd/upgrade-cli.md']!;
    const captured = runbook.steps.flatMap(({ actions }) =>
      actions.flatMap((action) => ('block' in action && action.block.capture ? [action.block.capture] : [])),
    );
    const chosen = runbook.steps.flatMap(({ actions }) =>
      actions.flatMap((action) =>
        'spec' in action && action.kind === 'choose'
          ? [(action.spec as { parameter: string }).parameter]
          : [],
      ),
    );
    const asked = runbook.parameters.filter(({ name }) => ![...captured, ...chosen].includes(name));
    expect(asked.map(({ name }) => name)).toEqual(['TO']);
    expect(asked[0]?.default).toBe('stable-2.14.10');
  });
});
