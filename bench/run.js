// Every figure is a ratio inside one run, so that a slow or busy machine does not change what it says.
// Usage: npm run bench [-- NAME...]
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const names = ['first-frame', 'commands', 'big-session', 'big-output', 'rollout-board'];
const out = `${root}.cache/bench`;
mkdirSync(out, { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: [...names, 'ink-hello'].map((name) => `bench/${name}.${name === 'ink-hello' ? 'tsx' : 'ts'}`),
  outdir: out,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  external: ['@lydell/node-pty'],
  define: { 'process.env.NODE_ENV': '"production"' },
  alias: { 'react-devtools-core': './scripts/no-devtools.js' },
  banner: {
    js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);",
  },
});
const wanted = process.argv.slice(2);
for (const name of names) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const { bench } = await import(`${out}/${name}.mjs`);
  console.log(`\n${name}`);
  for (const [what, figure] of Object.entries(await bench(root)))
    console.log(`  ${what.padEnd(52)} ${figure}`);
}
