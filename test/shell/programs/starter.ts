/** Starts a command as handrail does, says that it has, and then waits to be killed. */
import { createCommandPort } from '../../../src/shell/command-port.ts';
import type { CommandSpec } from '../../../src/shell/port.ts';

const port = createCommandPort({ handOver: (run) => run() });
const [spec = '', way] = process.argv.slice(2);
const command = JSON.parse(spec) as CommandSpec;
if (way === 'interactive') {
  await port.interactive(command);
} else {
  const handle = await port.start(command);
  process.stdout.write(`${JSON.stringify(handle.identity)}\n`);
  await handle.ended;
}
