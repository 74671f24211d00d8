import { describe, expect, it } from 'vitest';
import { knownVersions } from '../../src/linkerd/facts.ts';
import { goDuration, parseArguments, UsageError } from '../../src/practice/linkerd-cli/args.ts';
import { linkerd } from './helpers.ts';

const nobody = {} as never;

describe('the command line of the stand-in', () => {
  it.each([
    ['stable-2.14.10', ['frobnicate'], 'unknown command "frobnicate" for "linkerd"'],
    ['stable-2.14.10', ['viz', 'frobnicate'], 'unknown command "frobnicate" for "linkerd viz"'],
    ['stable-2.14.10', ['check', '--frobnicate'], 'unknown flag: --frobnicate'],
    ['stable-2.11.5', ['upgrade', '--crds'], 'unknown flag: --crds'],
    ['stable-2.12.6', ['prune'], 'unknown command "prune" for "linkerd"'],
    ['stable-2.12.6', ['repair'], 'unknown command "repair" for "linkerd"'],
    ['edge-25.10.7', ['jaeger', 'install'], 'unknown command "jaeger" for "linkerd"'],
    ['stable-2.14.10', ['check', '--expected-version'], 'flag needs an argument: --expected-version'],
    ['stable-2.14.10', ['check', '-x', '1'], "unknown shorthand flag: 'x' in -x"],
    ['stable-2.14.10', ['upgrade', '--output', 'json'], 'unknown flag: --output'],
    ['stable-2.14.10', ['upgrade', '-o', 'json'], "unknown shorthand flag: 'o' in -o"],
  ])('%s refuses %j', async (version, argv, message) => {
    const outcome = await linkerd(nobody, version, argv);
    expect(outcome).toMatchObject({ code: 1, out: '' });
    expect(outcome.err.split('\n')[0]).toBe(`Error: ${message}`);
  });

  it('takes the flags that each version has', () => {
    for (const version of knownVersions) {
      const { command, flags } = parseArguments(version, [
        '-L',
        'mesh',
        'check',
        '--wait=10s',
        '-o',
        'json',
        '--proxy',
      ]);
      expect(command).toBe('check');
      expect(Object.fromEntries(flags)).toEqual({
        'linkerd-namespace': ['mesh'],
        wait: ['10s'],
        output: ['json'],
        proxy: ['true'],
      });
    }
    expect(
      parseArguments('stable-2.14.10', ['install', '--set', 'a=1', '--set=b=2']).flags.get('set'),
    ).toEqual(['a=1', 'b=2']);
  });

  it('says plainly what it does not play', async () => {
    const outcome = await linkerd(nobody, 'stable-2.14.10', ['identity', 'web']);
    expect(outcome).toMatchObject({ code: 1, out: '' });
    expect(outcome.err).toContain('does not play "linkerd identity"');
  });

  it('says its version with no cluster in reach', async () => {
    const outcome = await linkerd(nobody, 'edge-24.11.8', ['version', '--client', '--short']);
    expect(outcome).toEqual({ code: 0, out: 'edge-24.11.8\n', err: '' });
  });

  it('lists the commands that its version has', async () => {
    expect((await linkerd(nobody, 'stable-2.12.6', ['--help'])).out).not.toContain('  prune\n');
    expect((await linkerd(nobody, 'stable-2.13.7', ['--help'])).out).toContain('  prune\n');
    expect((await linkerd(nobody, 'stable-2.13.7', ['upgrade', '--help'])).out).toContain('--crds');
    expect((await linkerd(nobody, 'stable-2.13.7', ['completion', 'bash'])).out).toContain('uninject');
  });

  it('reads durations as Go writes them', () => {
    expect([goDuration('5m0s'), goDuration('0'), goDuration('1.5s'), goDuration('200ms')]).toEqual([
      300000, 0, 1500, 200,
    ]);
    expect(() => goDuration('5 minutes')).toThrow(UsageError);
  });
});
