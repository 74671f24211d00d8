/** Each exit code of the table, met once; those of a full disk and of a damaged record are in trouble.test.ts. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportTrouble } from '../../src/commands/trouble.ts';
import { exitCodes } from '../../src/state/exit-codes.ts';
import { entry, handrail, temporaryHome } from '../helpers/handrail.ts';

const home = temporaryHome();
/** The cluster becomes another one, or goes away, when a command of the runbook makes this file. */
const swapped = join(home.folder, 'swapped');
const gone = join(home.folder, 'gone');
const server = createServer((request, response) => {
  if (existsSync(gone)) return request.socket.destroy();
  const body = {
    kind: 'Namespace',
    metadata: { name: 'kube-system', uid: existsSync(swapped) ? 'uid-2' : 'uid-1' },
  };
  return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
});
let env = home.env;
const run = (...args: string[]) => handrail(args, { env });
const unattended = ['--plain', '--unattended'];
const write = (name: string, text: string) => writeFileSync(join(home.folder, name), text);
const two = (first: string) =>
  `# Two\n\n## One\n\n\`\`\`sh\n${first}\n\`\`\`\n\n## Two\n\n\`\`\`sh\necho 2\n\`\`\`\n`;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  write(
    'kubeconfig',
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'east',
      contexts: [{ name: 'east', context: { cluster: 'east', user: 'me' } }],
      clusters: [{ name: 'east', cluster: { server: `http://127.0.0.1:${port}` } }],
      users: [{ name: 'me', user: { token: 't' } }],
    }),
  );
  env = { ...env, KUBECONFIG: join(home.folder, 'kubeconfig') };
});
afterAll(() => {
  server.close();
  home.remove();
});

test('0, 3, 5 and 6: how a session ended', async () => {
  write('well.md', two('echo 1'));
  write('fails.md', two('exit 9'));
  write(
    'asks.md',
    '---\nrunbook: 1\ntitle: Asks\nrequires: {cluster: false}\nparameters:\n  TO: {type: string, ask: "Where to?"}\n---\n\n# Asks\n\n## Go\n\n```sh\necho "$TO"\n```\n',
  );
  expect((await run('run', 'well.md', ...unattended)).code).toBe(exitCodes.done.code);
  expect((await run('run', 'well.md', '--plain')).code).toBe(exitCodes.leftOpen.code);
  expect((await run('run', 'fails.md', ...unattended)).code).toBe(exitCodes.failed.code);
  const asked = await run('run', 'asks.md', ...unattended);
  expect(asked.code).toBe(exitCodes.unanswered.code);
  expect(asked.stdout).toContain('TO');
});

test('1: what is no trouble of the operator or the machine is called our mistake', () => {
  let said = '';
  const stderr = { write: (text: string) => (said += text) };
  expect(reportTrouble(new TypeError('x is not a function'), stderr)).toBe(exitCodes.bug.code);
  expect(said).toContain('a mistake of Handrail');
});

describe('2: what was asked for does not fit', () => {
  test.each([
    [['practice', 'up', '--mesh', 'nope'], 'does not know Linkerd nope'],
    [['practice', 'up', '--size', '99999999'], '99999999 is not a size'],
    [['practice', 'reset', '--speed', '5000'], '5000 is not a speed'],
    [['practice', 'up', '--size', 'x'], 'above zero'],
    [['practice', 'kubernetes', 'new'], 'It takes a minor version, for example 1.31.'],
    [
      ['practice', 'up', '--mesh', 'stable-2.9.4', '--kubernetes', '1.25'],
      'Kubernetes 1.25 does not have what',
    ],
    [['lint', 'nowhere.md'], 'nowhere.md cannot be read'],
    [['run', 'nowhere.md', '--plain'], 'There is no runbook'],
  ])('%j', async (args, said) => {
    const { code, stderr } = await run(...args);
    expect(code).toBe(exitCodes.usage.code);
    expect(stderr).toContain(said);
  });
});

describe('4: the cluster', () => {
  test.each([
    ['became another one', swapped, 'This is not east any more'],
    ['cannot be reached any more', gone, 'east cannot be reached'],
  ])(
    '%s in the middle of an unattended run, and is not right on resume either',
    async (_, file, said) => {
      write('two.md', two(`touch '${file}'`));
      const first = await run('run', 'two.md', ...unattended);
      expect(first.stdout).toContain(said);
      expect(first.code).toBe(exitCodes.notReady.code);
      const second = await run('resume', ...unattended);
      expect(second.stdout).toContain(said);
      expect(second.code).toBe(exitCodes.notReady.code);
    },
    60_000,
  );
});

test.each([
  ['SIGINT', exitCodes.interrupted.code],
  ['SIGTERM', exitCodes.terminated.code],
  ['SIGHUP', exitCodes.hangup.code],
] as const)('%s is told in the exit code', async (signal, code) => {
  write('alone.md', two('echo 1'));
  const child = spawn(process.execPath, [entry, 'run', 'alone.md', '--plain'], {
    env: home.env,
    cwd: home.folder,
  });
  let out = '';
  await new Promise<void>((asked) => {
    child.stdout.on('data', (text: Buffer) => {
      out += text.toString('utf8');
      if (out.includes('? ')) asked();
    });
  });
  child.kill(signal);
  const [ended] = await once(child, 'exit');
  expect(ended).toBe(code);
});
