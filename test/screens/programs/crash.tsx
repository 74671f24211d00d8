/** The screens with a part that throws when it is drawn, ended as `handrail` ends. Says how many hand-overs left a listener. */
import { reportTrouble } from '../../../src/commands/trouble.ts';
import { runApp } from '../../../src/screens/run-app.tsx';
import { UNICODE } from '../../../src/terminal/glyphs.ts';
import { openTerminal } from '../../../src/terminal/terminal-app.ts';
import { fakeServices } from '../fake-services.ts';
import { scenes } from '../scenes.ts';

const walk = scenes.running();
let paused = false;
const terminal = openTerminal({ stdin: process.stdin, stdout: process.stdout, title: 'Handrail' });
const before = process.listenerCount('beforeExit');
let throwNow = false;

const played = runApp({
  services: fakeServices(),
  terminal,
  look: { colour: false, glyphs: UNICODE },
  initial: {
    type: 'walk',
    walk: {
      ...walk,
      send: (intent) => {
        if (intent.type !== 'pause') return;
        paused = true;
        walk.end({ type: 'paused' });
      },
    },
  },
  kinds: {
    steering: {},
    panels: {
      shell: () => {
        if (throwNow) throw new Error('no such column');
        return undefined;
      },
    },
  },
});
for (let time = 0; time < 3; time += 1) await terminal.handOver(async () => {});
const leaked = process.listenerCount('beforeExit') - before;
// Drawn anew, the panel throws.
throwNow = true;
await terminal.redraw();
const code = await played.catch((error: unknown) => reportTrouble(error, process.stderr));
process.stdout.write(`paused: ${paused}, closed: ${walk.closed()}, listeners: ${leaked}\n`);
process.exitCode = code;
