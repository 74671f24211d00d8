import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parse, stringify } from 'yaml';
import { createHttpClient } from '../http-client.ts';
import { playedNow } from './played-now.ts';
import { runLinkerd } from './run.ts';
import { playedVersion } from './which-version.ts';

/** The kubeconfig that flags and environment name, as kubectl finds it: the first file that is there. */
function kubeconfigPath(asked: string | undefined): string {
  const listed = (process.env.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '');
  const candidates = asked === undefined ? [...listed, join(homedir(), '.kube', 'config')] : [asked];
  const found = candidates.find((path) => existsSync(path));
  if (found === undefined) {
    throw new Error(`no kubeconfig: ${candidates.join(', ')} is not there; set KUBECONFIG or --kubeconfig`);
  }
  return found;
}

/** A kubeconfig with another context as its current one. */
function inContext(kubeconfig: string, context: string | undefined): string {
  return context === undefined ? kubeconfig : stringify({ ...parse(kubeconfig), 'current-context': context });
}

const opened: { close(): void }[] = [];

async function main(): Promise<number> {
  let version: string;
  try {
    version = playedVersion(process.env);
  } catch (error) {
    process.stderr.write(`Error: ${(error as Error).message}\n`);
    return 1;
  }
  return runLinkerd(version, process.argv.slice(2), {
    env: process.env,
    out: (chunk) => process.stdout.write(chunk),
    err: (chunk) => process.stderr.write(chunk),
    stdin: () => text(process.stdin),
    readFile: (path) => readFileSync(path, 'utf8'),
    connect: ({ kubeconfig, context }) => {
      const client = createHttpClient(inContext(readFileSync(kubeconfigPath(kubeconfig), 'utf8'), context));
      opened.push(client);
      return client;
    },
    now: () => playedNow(process.env),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
}

// Not process.exit: what is still on its way to a pipe would be cut off.
process.exitCode = await main();
for (const client of opened) client.close();
