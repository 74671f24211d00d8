import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that Handrail is installed in: the nearest one upwards with its `package.json`, bundled or not. */
export function packageRoot(from: string = fileURLToPath(import.meta.url)): string {
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).name === 'handrail') return folder;
    if (folder === dirname(folder)) throw new Error(`No package.json of Handrail above ${from}`);
  }
}
