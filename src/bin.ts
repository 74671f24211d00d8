/**
 * The entry of the program. It prepares the environment before anything of React or Ink is loaded, because both
 * read it when they are imported, and it answers `--version` without loading anything else.
 */
import module from 'node:module';

process.env.NODE_ENV ??= 'production';
module.enableCompileCache?.();

if (process.argv.length === 3 && (process.argv[2] === '--version' || process.argv[2] === '-V')) {
  process.stdout.write(`handrail ${process.env.HANDRAIL_VERSION}\n`);
} else {
  const { main } = await import('./cli.ts');
  process.exitCode = await main(process.argv.slice(2));
}
