/**
 * The entry of the program. It loads nothing by itself: `--version` is answered at once, everything else is imported when
 * the command line is known. The environment is left alone, since commands of a runbook inherit it.
 */
import module from 'node:module';

// Node 20 has no compile cache; newer lines start faster with it.
(module as { enableCompileCache?: () => void }).enableCompileCache?.();

const [only, ...rest] = process.argv.slice(2);
if ((only === '--version' || only === '-V') && rest.length === 0) {
  process.stdout.on('error', async (error) => {
    const { outputTrouble, reportTrouble } = await import('./commands/trouble.ts');
    process.exitCode = reportTrouble(outputTrouble(error), process.stderr);
  });
  process.stdout.write(`handrail ${process.env.HANDRAIL_VERSION}\n`);
} else {
  const { main } = await import('./cli.ts');
  process.exitCode = await main(process.argv.slice(2));
  leaveSoon();
}

/** All is said and written down: what may still be waited for, such as a credential plugin that hangs, is not waited for. */
function leaveSoon(): void {
  const leave = () => {
    const unwritten = process.stdout.writableLength + process.stderr.writableLength;
    if (unwritten > 0) leaveSoon();
    else process.exit();
  };
  setTimeout(leave, 500).unref();
}
