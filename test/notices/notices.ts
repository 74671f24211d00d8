/** The notices that come with Handrail, as the commands read them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Notice } from '../../src/diagnosis/notices/model.ts';
import { noticesOf } from '../../src/diagnosis/notices/of-bundle.ts';
import { loadBundle } from '../../src/runbook/load-bundle.ts';
import type { RunbookBundle } from '../../src/runbook/model.ts';
import { actionSchemas } from '../../src/steps/kinds.ts';

const root = fileURLToPath(new URL('../../runbooks', import.meta.url));
const read = (key: string) => readFile(join(root, key), 'utf8').catch(() => undefined);

export const noticesFolder = join(root, 'notices');

const bundles = new Map<string, Promise<RunbookBundle>>();

/** The file of one line, read once. */
export function noticeBundle(line: string): Promise<RunbookBundle> {
  const key = `notices/${line}.md`;
  const bundle = bundles.get(key) ?? loadBundle(key, read, actionSchemas);
  bundles.set(key, bundle);
  return bundle;
}

/** Every notice of every line, the oldest first. */
export async function bundledNotices(): Promise<readonly Notice[]> {
  const all = await Promise.all(Array.from({ length: 14 }, (_, index) => noticeBundle(`2.${index + 7}`)));
  return all.flatMap((bundle) => noticesOf(bundle));
}
