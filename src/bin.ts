/**
 * The entry of the program. It prepares the environment before anything of React or Ink is loaded, because both
 * read it when they are imported, and it answers `--version` without loading anything else.
 */
import module from 'node:module';

process.env.NODE_ENV ??= 'production';
// Node 20 has no compile cache; newer lines start faster with it.
(module as { enableCompileCache?: () => void }).enableCompileCache?.();

const [only, ...rest] = process.argv.slice(2);
if ((only === '--version' || only === '-V') && rest.length === 0) {
  process.stdout.write(`handrail ${process.env.HANDRAIL_VERSION}\n`);
} else {
  const { main } = await import('./cli.ts');
  process.exitCode = await main(process.argv.slice(2));
}
