// Bundles the program into dist/: one small entry, and chunks that load only when a command needs them.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

rmSync(`${root}dist`, { recursive: true, force: true });
const result = await build({
  absWorkingDir: root,
  entryPoints: {
    handrail: 'src/bin.ts',
    'practice-daemon': 'src/practice/daemon.ts',
    'practice-linkerd': 'src/practice/linkerd-cli/main.ts',
  },
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'linked',
  metafile: true,
  define: {
    'process.env.NODE_ENV': '"production"',
    'process.env.HANDRAIL_VERSION': JSON.stringify(version),
  },
  // Ink imports its devtools only in development; the bundle must not need them.
  alias: { 'react-devtools-core': './scripts/no-devtools.js' },
  banner: {
    js: "#!/usr/bin/env node\nimport { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);",
  },
});
writeFileSync(`${root}dist/meta.json`, JSON.stringify(result.metafile));
