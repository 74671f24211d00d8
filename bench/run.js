// Every figure is a ratio inside one run, so that a slow or busy machine does not change what it says.
// Usage: npm run bench [-- NAME...]
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildServer } from '../test/cluster/server/build.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const alone = [
  'first-frame',
  'commands',
  'big-session',
  'big-output',
  'rollout-board',
  'netpol',
  'diagnose',
  'hour',
];
/** On a real API server with 10,000 pods, the same one for all; the last one stops it. */
const onRealCluster = ['survey', 'board', 'changes'];
const names = [...alone, ...onRealCluster];
/** Processes that they start. */
const helpers = ['live/replay-server', 'live/real-writer', 'live/real-cluster'];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}. There are: ${names.join(', ')}.`);
  process.exit(2);
}
const chosen = (list) => list.filter((name) => wanted.length === 0 || wanted.includes(name));

const out = `${root}.cache/bench`;
mkdirSync(out, { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: [...names, ...helpers].map((name) => `bench/${name}.ts`).concat('bench/ink-hello.tsx'),
  outdir: out,
  outbase: 'bench',
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

/** What fails is said in its place; the others go on, and the end is not a good one. */
const run = async (name, ...given) => {
  console.log(`\n${name}`);
  try {
    const { bench } = await import(`${out}/${name}.mjs`);
    for (const [what, figure] of Object.entries(await bench(root, ...given)))
      console.log(`  ${what.padEnd(52)} ${figure}`);
  } catch (error) {
    console.error(`  failed: ${error.stack}`);
    process.exitCode = 1;
  }
};

for (const name of chosen(alone)) await run(name);
const live = chosen(onRealCluster);
if (live.length > 0) {
  console.log(`\n${live.join(', ')}: on a real API server`);
  let cluster;
  try {
    const programs = await buildServer();
    const { startRealCluster } = await import(`${out}/live/real-cluster.mjs`);
    cluster = await startRealCluster(programs, (line) => console.log(`  ${line}`));
  } catch (error) {
    console.error(`  They were not run. ${error.message}`);
    process.exitCode = 1;
  }
  try {
    if (cluster) for (const name of live) await run(name, cluster);
  } finally {
    await cluster?.stop();
  }
}
