import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { knownVersions } from '../../src/linkerd/facts.ts';
import { practiceWithKubectl, run } from './helpers.ts';

/** The path of a real `linkerd` of a known version; without it there is nothing to compare with. */
const program = process.env.HANDRAIL_REAL_LINKERD ?? '';
const version =
  program === ''
    ? ''
    : execFileSync(program, ['version', '--client', '--short'], { encoding: 'utf8' }).trim();
const before = knownVersions[knownVersions.indexOf(version) - 1] ?? '';

let cluster: Awaited<ReturnType<typeof practiceWithKubectl>>;

describe.skipIf(program === '')(`the real linkerd ${version} on the practice cluster`, () => {
  beforeAll(async () => {
    cluster = await practiceWithKubectl({ mesh: before });
  }, 60_000);
  afterAll(() => cluster.stop());

  const real = (...argv: string[]) => run(program, argv, { env: cluster.environment });
  const standIn = (...argv: string[]) => cluster.linkerd(version, argv);
  const failures = (text: string): string[] => text.split('\n').filter((line) => line.startsWith('×'));

  it('is of a version that has one before it', () => {
    expect(knownVersions).toContain(version);
    expect(before).not.toBe('');
  });

  it('sees the mesh, and refuses what the stand-in refuses', async () => {
    expect((await real('version')).out).toBe((await standIn('version')).out);
    for (const argv of [['upgrade'], ['install'], ['check', '--crds', '--wait', '0']]) {
      const [theirs, ours] = [await real(...argv), await standIn(...argv)];
      expect(ours.code).toBe(theirs.code);
      expect(failures(ours.out)).toEqual(failures(theirs.out));
    }
  }, 120_000);

  it('upgrades the mesh, prunes nothing, and checks it clean', async () => {
    for (const argv of [['upgrade', '--crds'], ['upgrade']]) {
      const rendered = await real(...argv);
      expect(rendered.code).toBe(0);
      const applied = await cluster.kubectl(['apply', '-f', '-'], rendered.out);
      expect({ code: applied.code, err: applied.err }).toEqual({ code: 0, err: '' });
    }
    for (const name of ['identity', 'destination', 'proxy-injector']) {
      const status = await cluster.kubectl([
        ...['-n', 'linkerd', 'rollout', 'status', `deployment/linkerd-${name}`, '--timeout=60s'],
      ]);
      expect(status.code).toBe(0);
    }
    for (const extra of [[], ['--proxy']]) {
      const argv = ['check', '--expected-version', version, '--wait', '30s', ...extra];
      const [theirs, ours] = [await real(...argv), await standIn(...argv)];
      expect(failures(theirs.out)).toEqual([]);
      expect(theirs.code).toBe(0);
      expect(ours.code).toBe(0);
    }
    expect((await real('prune')).out.trim()).toBe('');
  }, 300_000);
});
