import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Bundles one fixture program as the product is bundled. Gives the file to run with `node`, and what removes it. */
export async function bundleFixture(
  file: string,
): Promise<{ readonly file: string; readonly remove: () => void }> {
  // Inside the checkout, so that whatever is not bundled is found.
  const folder = mkdtempSync(join(root, 'node_modules', '.fixture-'));
  const outfile = join(folder, 'fixture.mjs');
  await build({
    absWorkingDir: root,
    entryPoints: [file],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    alias: { 'react-devtools-core': './scripts/no-devtools.js' },
    banner: {
      js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);",
    },
  });
  return { file: outfile, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }) };
}
