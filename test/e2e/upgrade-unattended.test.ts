/** The whole Linkerd upgrade on the practice cluster with nobody there, through the built program and real kubectl. */
import { writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { handrail, temporaryHome } from '../helpers/handrail.ts';
import { tagsOf } from '../helpers/upgrade.ts';

const home = temporaryHome();
const { env } = home;
/** Whoever lets it run alone has read the notices. */
const answers = join(home.folder, 'answers.yaml');
let cluster: Record<string, string>;

beforeAll(async () => {
  writeFileSync(answers, 'read-the-notices: yes\n');
  const up = await handrail(['practice', 'up', '--speed', '50'], { env });
  expect(up.code, up.stderr).toBe(0);
  const folder = join(home.folder, 'state/handrail/practice');
  cluster = {
    ...env,
    KUBECONFIG: join(folder, 'kubeconfig'),
    PATH: join(folder, 'bin') + delimiter + env.PATH,
  };
});

afterAll(async () => {
  await handrail(['practice', 'down'], { env });
  home.remove();
});

test('a dry run walks the whole path and changes nothing', async () => {
  const { code, stdout } = await handrail(
    [
      'run',
      'linkerd/upgrade-cli',
      '--practice',
      '--plain',
      '--unattended',
      '--dry-run',
      '--answers',
      answers,
      '--set',
      'TO=stable-2.14.10',
    ],
    { env },
  );
  expect(code, stdout.slice(-3000)).toBe(0);
  expect(stdout).toContain('DRY RUN');
  expect(await tagsOf('linkerd-proxy', cluster)).toEqual(['stable-2.13.7']);
}, 240_000);

test('it ends with every proxy on the new version, and a report tells what was done', async () => {
  expect(await tagsOf('linkerd-proxy', cluster)).toEqual(['stable-2.13.7']);
  const { code, stdout } = await handrail(
    ['run', 'linkerd/upgrade-cli', '--practice', '--plain', '--unattended', '--answers', answers],
    { env },
  );
  expect(code, stdout.slice(-3000)).toBe(0);
  expect(await tagsOf('linkerd-proxy', cluster)).toEqual(['stable-2.14.10']);

  const report = await handrail(['report'], { env });
  expect(report.stdout).toContain('stable-2.14.10');
  expect(report.stdout).toContain('practice');
  expect(report.stdout).toMatch(/[Cc]ompleted/);
}, 240_000);
