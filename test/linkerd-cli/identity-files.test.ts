import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { createTrust, type Trust } from '../../src/linkerd/pki.ts';
import { playedNow } from '../../src/practice/linkerd-cli/played-now.ts';
import { runLinkerd } from '../../src/practice/linkerd-cli/run.ts';
import { type Practice, startPractice } from '../../src/practice/start-practice.ts';

const VERSION = 'stable-2.13.7';
let practice: Practice;
let files: Record<string, string>;
let trust: Trust;
beforeAll(async () => {
  practice = await startPractice({ mesh: VERSION, speed: 100 });
  trust = await createTrust();
  files = {
    'ca.crt': trust.anchorPem,
    'issuer.crt': trust.issuer.certPem,
    'issuer.key': trust.issuer.keyPem,
  };
}, 60_000);
afterAll(() => practice.stop());

async function linkerd(argv: readonly string[], now = new Date()) {
  const told = { out: '', err: '' };
  const code = await runLinkerd(VERSION, argv, {
    env: {},
    out: (text) => {
      told.out += text;
    },
    err: (text) => {
      told.err += text;
    },
    stdin: async () => '',
    readFile: (path) => files[path] ?? '',
    connect: () => practice.client,
    now: () => now,
    sleep: async () => {},
  });
  return { code, ...told };
}

const whole = [
  ...['--identity-trust-anchors-file', 'ca.crt'],
  ...['--identity-issuer-certificate-file', 'issuer.crt'],
  ...['--identity-issuer-key-file', 'issuer.key'],
];
const dataOf = (yaml: string, name: string): Record<string, string> =>
  parseAllDocuments(yaml)
    .map((each) => each.toJS() as { kind: string; metadata: { name: string }; data: Record<string, string> })
    .find(({ metadata }) => metadata.name === name)!.data;
const decoded = (text: string | undefined) => Buffer.from(text ?? '', 'base64').toString();

test('an installation takes its identity from files', async () => {
  const { out } = await linkerd(['install', '--ignore-cluster', ...whole]);
  expect(decoded(dataOf(out, 'linkerd-identity-issuer')['crt.pem'])).toBe(trust.issuer.certPem);
  expect(dataOf(out, 'linkerd-identity-trust-roots')['ca-bundle.crt']?.trim()).toBe(trust.anchorPem.trim());
});

test('an upgrade refuses an identity that running proxies do not trust, and takes it by force', async () => {
  const refused = await linkerd(['upgrade', ...whole]);
  expect(refused).toMatchObject({ code: 1, out: '' });
  expect(refused.err).toContain('does not validate against the trust anchors of the following pods');
  const { out } = await linkerd(['upgrade', '--force', ...whole]);
  expect(decoded(dataOf(out, 'linkerd-config-overrides')['linkerd-config-overrides'])).toContain('keyPEM');
  expect(decoded(dataOf(out, 'linkerd-identity-issuer')['crt.pem'])).toBe(trust.issuer.certPem);
});

test('an issuer may be signed by any anchor of a bundle, and all of it has to be valid', async () => {
  const other = await createTrust();
  const old = await createTrust({ from: new Date(Date.now() - 100 * 86_400_000), anchorDays: 90 });
  files['ca.crt'] = `${other.anchorPem}${trust.anchorPem}`;
  expect(await linkerd(['upgrade', '--force', ...whole])).toMatchObject({ code: 0 });
  files['ca.crt'] = `${trust.anchorPem}${old.anchorPem}`;
  expect((await linkerd(['upgrade', '--force', ...whole])).err).toContain('not valid anymore. Expired on');
  files['ca.crt'] = other.anchorPem;
  expect((await linkerd(['upgrade', '--force', ...whole])).err).toContain('unknown authority');
});

test('another moment can be played, and only a moment', () => {
  expect(playedNow({ LINKERD_PRACTICE_NOW: '2024-06-01T00:00:00Z' })).toEqual(
    new Date('2024-06-01T00:00:00Z'),
  );
  expect(Math.abs(playedNow({}).getTime() - Date.now())).toBeLessThan(1000);
  expect(() => playedNow({ LINKERD_PRACTICE_NOW: 'yesterday' })).toThrow(
    'LINKERD_PRACTICE_NOW is no time: yesterday',
  );
});
