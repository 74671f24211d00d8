/** The format's documentation is executed: every example in it lints clean, every list in it is complete. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { shellAttributes } from '../../src/runbook/attributes.ts';
import { formatDiagnostic } from '../../src/runbook/diagnostics.ts';
import { frontMatterSchema, parameterTypes } from '../../src/runbook/front-matter-schema.ts';
import { loadBundle } from '../../src/runbook/load-bundle.ts';
import { shellRoles } from '../../src/runbook/read-fence.ts';
import { rules } from '../../src/runbook/rules/catalog.ts';
import { standardVariables } from '../../src/runbook/rules/undefined-variable.ts';
import { actionSchemas } from '../../src/steps/kinds.ts';
import { reading } from './fake-schemas.ts';

const docs = join(import.meta.dirname, '../../docs');
const page = readFileSync(join(docs, 'runbook-format.md'), 'utf8');

/** Examples in order; one that names a file belongs to the example before it. */
const examples: Record<string, string>[] = [];
for (const node of fromMarkdown(page).children) {
  if (node.type !== 'code' || node.lang !== 'markdown') continue;
  const name = node.meta?.split(' ')[1];
  if (name) examples.at(-1)![name] = node.value;
  else examples.push({ 'example.md': node.value });
}

test('there are examples', () => expect(examples.length).toBeGreaterThan(6));

test.each(examples.map((files, index) => [index + 1, files] as const))(
  'example %i lints clean',
  async (_index, files) => {
    const { diagnostics, runbooks } = await loadBundle('example.md', reading(files), actionSchemas);
    expect(diagnostics.map((found) => formatDiagnostic(found, files[found.place.file]))).toEqual([]);
    expect(runbooks['example.md']!.steps.length).toBeGreaterThan(0);
  },
);

test('every key, type, role, attribute, variable and rule is told', () => {
  for (const key of Object.keys(frontMatterSchema.shape)) expect(page).toContain(`| \`${key}\` |`);
  for (const type of parameterTypes) expect(page).toContain(`| \`${type}\` |`);
  for (const role of shellRoles) expect(page).toContain(`| \`${role}\` |`);
  for (const attribute of shellAttributes) expect(page).toMatch(new RegExp(`\\| \`${attribute}[=\`]`));
  for (const name of standardVariables) expect(page).toContain(`\`${name}\``);
  for (const [id, [severity, summary]] of Object.entries(rules))
    expect(page).toContain(`| [\`${id}\`](rules/${id}.md) | ${severity} | ${summary} |`);
});

test.each(actionSchemas.filter(({ name }) => name !== 'when').map((one) => [one.name, one] as const))(
  'every key of `yaml %s` is told, with whether it must be there',
  (name, { spec }) => {
    const schema = z.toJSONSchema(spec, { io: 'input' }) as {
      readonly properties: Readonly<Record<string, { readonly description?: string }>>;
      readonly required?: readonly string[];
    };
    const section = page
      .split(/^##+ /m)
      .find((part) => part.toLowerCase().startsWith(name) && part.includes('| Key | |'));
    const rows = [...section!.matchAll(/^\| `([\w-]+)` \| (needed )?\| (.*) \|$/gm)];
    expect(rows.map(([, key, needed, text]) => [key, needed !== undefined, text])).toEqual(
      Object.entries(schema.properties).map(([key, { description }]) => [
        key,
        schema.required?.includes(key) ?? false,
        description,
      ]),
    );
  },
);

test('the JSON Schema of the front matter is the one that the code makes', async () => {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:handrail:schema:front-matter:1',
    ...z.toJSONSchema(frontMatterSchema, { io: 'input', target: 'draft-2020-12' }),
  };
  await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(
    join(docs, 'schema/front-matter.schema.json'),
  );
});
