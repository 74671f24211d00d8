/** `handrail drill` as a user runs it: what it asks before, what it breaks and where, and how the walk begins. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { handrail, temporaryHome } from '../helpers/handrail.ts';

const home = temporaryHome();
const env = { ...home.env, KUBECONFIG: '/nowhere/production', HELM_KUBECONTEXT: 'production' };
const drill = (args: readonly string[], input?: string) =>
  handrail(['drill', ...args], { env, ...(input === undefined ? {} : { input }) });

const look = '## Look\n\n```sh look\nkubectl -n shop get deployment web -o name\n```\n';

/** A drill of somebody's own. `fault` is one or several lines of a script. */
function own(name: string, fault: string, { keys = '', body = look } = {}): string {
  const script = fault.replaceAll(/^/gm, '    ');
  const text = `---\nrunbook: 1\ntitle: The drill ${name}\ndrill:\n  pitfall: pitfall.md\n${keys}  fault: |\n${script}\n---\n\n# The drill ${name}\n\nIt is late.\n\n${body}`;
  writeFileSync(join(home.folder, `${name}.md`), text);
  return `${name}.md`;
}

writeFileSync(
  join(home.folder, 'pitfall.md'),
  `---\nrunbook: 1\ntitle: Somebody scaled it\n---\n\n# Somebody scaled it\n\n${look}`,
);

const practice = (verb: string) => handrail(['practice', verb, '-o', 'json'], { env });
const running = async () =>
  JSON.parse((await practice('status')).stdout) as { running: boolean; mesh?: string };

afterAll(async () => {
  await handrail(['practice', 'down'], { env });
  home.remove();
});

describe('the list', () => {
  const files = readdirSync(resolve(import.meta.dirname, '../../runbooks/drills'));

  test('names every drill, and not what is broken in it', async () => {
    const { code, stdout } = await drill(['-o', 'json']);
    expect(code).toBe(0);
    const listed = JSON.parse(stdout) as readonly Record<string, unknown>[];
    expect(listed.map(({ name }) => `${name}.md`).sort()).toEqual(files.sort());
    for (const each of listed) {
      expect(Object.keys(each)).toEqual(['name', 'title', 'description', 'estimateMs']);
    }
    const table = await drill([]);
    expect(table.stdout.split('\n')[0]).toMatch(/^NAME +TIME +TITLE$/);
  });

  test('`handrail list` has what is walked for itself first, then pitfalls, then notices, then drills', async () => {
    const { stdout } = await handrail(['list', '-o', 'json'], { env });
    const kinds = (JSON.parse(stdout) as readonly { kind: string }[]).map(({ kind }) => kind);
    const order = ['runbook', 'pitfall', 'notices', 'drill'];
    expect(kinds).toEqual(kinds.toSorted((one, other) => order.indexOf(one) - order.indexOf(other)));
  });
});

describe('what does not start', () => {
  test.each([
    [['nowhere'], 'There is no drill "nowhere"', 2],
    [['pitfall.md'], 'pitfall.md is no drill', 2],
    [['crd-mismatch', '-o', 'json'], '-o is for the list', 2],
  ])('%s', async (args, said, expected) => {
    const { code, stderr } = await drill(args);
    expect(stderr).toContain(said);
    expect(code).toBe(expected);
  });

  test('one with a mistake, which lint shows with its place', async () => {
    const file = own('wrong', 'true', { keys: '  runbook: gone.md\n' });
    const { code, stderr } = await drill([file]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('handrail lint')]);
    const lint = await handrail(['lint', file], { env });
    expect(lint.stdout + lint.stderr).toMatch(/wrong\.md:\d+:\d+.*there is no file gone\.md/s);
  });

  test("somebody else's script, unless it is agreed to", async () => {
    const file = own('foreign', 'true');
    for (const [input, fix] of [
      ['no\n', false],
      ['', true],
    ] as const) {
      const { code, stdout, stderr } = await drill([file], input);
      expect(stdout).toContain('does not come with Handrail');
      expect(stderr).toContain('Nothing was done.');
      expect(stderr.includes('--yes')).toBe(fix);
      expect(code).toBe(4);
    }
    expect((await running()).running).toBe(false);
  });

  test('one whose steps are elsewhere is not walked without its fault', async () => {
    const file = own('elsewhere', 'true', { keys: '  runbook: pitfall.md\n', body: '' });
    expect((await handrail(['lint', file], { env })).code).toBe(0);
    const { code, stderr } = await handrail(['run', file, '--practice', '--plain'], { env });
    expect([code, stderr]).toEqual([2, expect.stringContaining('handrail drill')]);
  });
});

test('breaks a fresh practice cluster and nothing else, tells the story, and walks', async () => {
  const seen = join(home.folder, 'seen');
  const fault = `env | sort > ${seen}\nlinkerd version --client --short >> ${seen}\nkubectl -n shop scale deployment web --replicas=0\necho secret detail`;
  const file = own('scaled', fault, { keys: '  mesh: stable-2.14.10\n' });
  const { code, stdout } = await drill([file, '--speed', '50'], 'yes\nnext\n');
  // With the last answer the walk has come to its end.
  expect(code, stdout).toBe(0);
  expect(stdout).toMatch(/The drill scaled\s+It is late\.\s+Making a fresh practice cluster/);
  expect(stdout).toContain('PRACTICE practice');
  expect(stdout).toContain('| deployment.apps/web');
  expect(stdout).not.toContain('secret detail');
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('What had been broken: Somebody scaled it.');
  const env = readFileSync(seen, 'utf8');
  expect(env).toContain(`KUBECONFIG=${join(home.folder, 'state/handrail/practice/kubeconfig')}`);
  expect(env).not.toContain('production');
  expect(env).toMatch(/^stable-2\.14\.10$/m);
  expect(await running()).toMatchObject({ running: true, mesh: 'stable-2.14.10' });
}, 60_000);

test('says which sessions are lost with the practice cluster, and what was broken only at the end', async () => {
  const file = own('again', 'true');
  const first = await drill([file, '--yes']);
  expect(first.code).toBe(3);
  expect(first.stdout).not.toContain('What had been broken');
  const second = await drill([file], 'n\n');
  expect(second.stdout).toMatch(/could not go on:\n {2}The drill again, paused, 1 of 1 Look/);
  expect(second.code).toBe(4);
}, 60_000);

test('a fault that fails ends it, with what the script said', async () => {
  const { code, stdout, stderr } = await drill([own('failing', 'echo one\nfalse\necho two'), '--yes']);
  expect(code).toBe(4);
  expect(stderr).toMatch(
    /could not be made: its script ended with 1\.\n {2}one\n {2}The practice cluster may/,
  );
  expect(stdout).not.toContain('Briefing');
}, 60_000);
