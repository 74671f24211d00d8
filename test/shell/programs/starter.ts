/** Starts a command as handrail does, says that it has, and then waits to be killed. */
import { createCommandPort } from '../../../src/shell/command-port.ts';
import type { CommandSpec } from '../../../src/shell/port.ts';

const port = createCommandPort({ handOver: (run) => run() });
const handle = await port.start(JSON.parse(process.argv[2] ?? '') as CommandSpec);
process.stdout.write(`${JSON.stringify(handle.identity)}\n`);
await handle.ended;
