import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

/** A TypeScript program as one JavaScript file that Node runs by itself. It stands in the project, where its packages are found. */
export function bundleProgram(source: string): { readonly file: string; remove(): void } {
  const folder = mkdtempSync(join(process.cwd(), 'node_modules', '.handrail-test-'));
  const file = join(folder, 'program.mjs');
  buildSync({
    entryPoints: [source],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  });
  return { file, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }) };
}
