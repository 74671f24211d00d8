/** The process of the practice cluster: builds its world, serves it, and ends when it is told to or was forgotten. */
import { symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { identify } from '../shell/identity.ts';
import { serveCharts } from './charts/serve-charts.ts';
import { writeStandIns } from './linkerd-cli/stand-ins.ts';
import {
  clearFolder,
  distFolder,
  ensureFolder,
  type PracticeState,
  practicePaths,
  readState,
  settingsSchema,
  writePrivate,
} from './practice-folder.ts';
import { startPractice } from './start-practice.ts';
import { findTools } from './tools.ts';

const argument = z.object({
  folder: z.string(),
  idleMinutes: z.number().positive(),
  settings: settingsSchema,
});

const { folder, idleMinutes, settings } = argument.parse(JSON.parse(process.argv[2] ?? '{}'));
const paths = practicePaths(folder);
const say = (line: string) => process.stdout.write(`${new Date().toISOString()} ${line}\n`);

/** The stand-in `linkerd` of every version, and links to the real tools that this machine has only in a clone's dependencies. */
async function writeTools(): Promise<void> {
  const { mesh } = settings;
  const program = join(distFolder(), 'practice-linkerd.js');
  writeStandIns(paths.bin, {
    node: process.execPath,
    program,
    ...(mesh === 'none' ? {} : { version: mesh }),
  });
  const { paths: found, folders } = await findTools();
  for (const [tool, file] of Object.entries(found)) {
    if (folders.includes(dirname(file))) symlinkSync(file, join(paths.bin, tool));
  }
}

let ending: Promise<void> | undefined;
let stop: () => Promise<void> = async () => undefined;

function end(why: string, code: number): Promise<void> {
  ending ??= (async () => {
    say(`ends: ${why}`);
    // Only its own traces: another one may have taken its place.
    const state = readState(folder);
    if (state === undefined || state.process.pid === process.pid) clearFolder(folder);
    await Promise.race([stop(), new Promise((resolve) => setTimeout(resolve, 2000).unref())]);
    process.exit(code);
  })();
  return ending;
}

for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => void end(name, 0));
// The terminal that started it may close.
process.on('SIGHUP', () => undefined);
for (const name of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(name, (error) => {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    void end(name, 1);
  });
}

let lastUse = Date.now();
ensureFolder(folder);
const { kubernetes, helm = false, ...usual } = settings;
const practice = await startPractice({
  ...usual,
  helm,
  ...(kubernetes === undefined ? {} : { kubernetes }),
  log: (line) => {
    if (/^[A-Z]+ \//.test(line)) lastUse = Date.now();
    else say(line);
  },
});
const charts = helm ? await serveCharts() : undefined;
stop = async () => {
  await Promise.all([practice.stop(), charts?.close()]);
};
await writeTools();
writePrivate(paths.kubeconfig, practice.kubeconfig);
writePrivate(paths.viewerKubeconfig, practice.viewerKubeconfig);
const self = await identify(process.pid);
if (self === undefined) throw new Error('this process cannot be found');
const state: PracticeState = {
  process: self,
  url: practice.url,
  detail: practice.detail,
  since: new Date().toISOString(),
  ...(charts === undefined ? {} : { charts: charts.url }),
  settings,
};
// The last file: who sees it can use all the others.
writePrivate(paths.state, `${JSON.stringify(state, undefined, 2)}\n`);
say(`serves ${practice.detail} at ${practice.url}`);

/** An open connection is use: a watch may say nothing for hours. */
const connected = () =>
  process.getActiveResourcesInfo().some((each) => /^(TCP|TLS)(Socket)?Wrap$/.test(each));
const checkMs = Math.min((idleMinutes * 60_000) / 4, 60_000);
setInterval(() => {
  if (connected()) lastUse = Date.now();
  if (Date.now() - lastUse >= idleMinutes * 60_000) void end(`nobody used it for ${idleMinutes} minutes`, 0);
  // Somebody removed its files: nobody can find it any more.
  if (readState(folder)?.process.pid !== process.pid) void end('its state file is gone', 0);
}, checkMs);
