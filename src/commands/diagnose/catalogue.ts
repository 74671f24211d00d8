/** The pitfalls that come with Handrail, for commands: their front matter alone is read, so it costs next to nothing. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Pitfall } from '../../diagnosis/pitfall.ts';
import { record, text, texts } from '../../rollout/json.ts';
import { findFrontMatter } from '../../runbook/find-front-matter.ts';
import { packageRoot } from '../package-root.ts';

/** A pitfall by its front matter. */
export interface CataloguedPitfall extends Pitfall {
  /** As `handrail run` takes it: `pitfalls/crd-mismatch`. */
  readonly name: string;
  readonly description: string;
  /** Names of the parameters that it declares. */
  readonly parameters: readonly string[];
}

const folder = 'pitfalls';

/** In the order of their titles. */
export async function pitfallCatalogue(): Promise<readonly CataloguedPitfall[]> {
  const place = join(packageRoot(), 'runbooks', folder);
  const files = (await readdir(place)).filter((file) => file.endsWith('.md')).sort();
  const all = await Promise.all(
    files.map(async (file) => {
      const front = findFrontMatter(await readFile(join(place, file), 'utf8'));
      const fields = record(front === undefined ? undefined : parse(front.text));
      return {
        file: `${folder}/${file}`,
        name: `${folder}/${file.slice(0, -'.md'.length)}`,
        title: text(fields.title),
        description: text(fields.description),
        findings: texts(fields.findings),
        parameters: Object.keys(record(fields.parameters)),
      };
    }),
  );
  return all.sort((a, b) => (a.title < b.title ? -1 : 1));
}
