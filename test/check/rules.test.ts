/** The rules that checks rest on: certificates, resource definitions, stored settings, words of a shell. */
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import {
  endsSoon,
  isSignedBy,
  notValidNow,
  readCertificates,
  speaksFor,
  unsupportedKey,
} from '../../src/linkerd/certificates.ts';
import { crdProblem, lostVersions, missingVersion } from '../../src/linkerd/crd-status.ts';
import { createServingCertificate, createTrust } from '../../src/linkerd/pki.ts';
import { readStoredConfig } from '../../src/linkerd/stored-config.ts';
import { shellQuote } from '../../src/shell/quote.ts';
import { fillIn, referencesOf, shellWord } from '../../src/steps/fill-in.ts';

const day = 24 * 60 * 60 * 1000;
const certificatesOf = (pem: string) => {
  const found = readCertificates(pem);
  if (!found.ok) throw new Error(found.why);
  return found.certificates;
};

describe('certificates', () => {
  test('times are told with their dates', async () => {
    const now = Date.parse('2026-11-21T12:00:00Z');
    const from = new Date(now - 10 * day);
    const { issuer, anchorPem } = await createTrust({ from, issuerDays: 40 });
    const [leaf] = certificatesOf(issuer.certPem);
    expect(notValidNow(leaf!, now)).toBeUndefined();
    expect(endsSoon(leaf!, now)).toBe(
      'identity.linkerd.cluster.local ends in 29 days, on 2026-12-21T11:59:00Z',
    );
    expect(notValidNow(leaf!, now + 40 * day)).toBe(
      'identity.linkerd.cluster.local has ended on 2026-12-21T11:59:00Z',
    );
    expect(endsSoon(leaf!, now + 40 * day)).toBeUndefined();
    expect(notValidNow(leaf!, now - 20 * day)).toMatch(/begins only on 2026-11-11/);
    expect(endsSoon(certificatesOf(anchorPem)[0]!, now)).toBeUndefined();
  });

  test('a chain holds with the anchor that signed it and with no other', async () => {
    const [one, other] = await Promise.all([createTrust(), createTrust()]);
    const [leaf] = certificatesOf(one.issuer.certPem);
    expect(isSignedBy(leaf!, certificatesOf(one.anchorPem))).toBe(true);
    expect(isSignedBy(leaf!, certificatesOf(other.anchorPem))).toBe(false);
    expect(isSignedBy(leaf!, certificatesOf(other.anchorPem + one.anchorPem))).toBe(true);
    expect(unsupportedKey(leaf!)).toBeUndefined();
  });

  test('a webhook answers for its own host', async () => {
    const [leaf] = certificatesOf(
      (await createServingCertificate('linkerd-proxy-injector', 'linkerd')).certPem,
    );
    expect(speaksFor(leaf!, 'linkerd-proxy-injector.linkerd.svc')).toBe(true);
    expect(speaksFor(leaf!, 'linkerd-sp-validator.linkerd.svc')).toBe(false);
  });

  test.each(['', 'nonsense', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'])(
    'what is none is told: %j',
    (pem) => expect(readCertificates(pem)).toMatchObject({ ok: false, why: expect.stringMatching(/in it/) }),
  );
});

describe('resource definitions', () => {
  const condition = (type: string, status: string, reason = '') => ({ type, status, reason });
  const crd = (...conditions: object[]) => ({ status: { conditions } });
  test.each([
    ['established', crd(condition('NamesAccepted', 'True'), condition('Established', 'True')), undefined],
    ['being installed', crd(condition('Established', 'False', 'Installing')), false],
    ['just made', crd(), false],
    ['refused', crd(condition('Established', 'False', 'NotAccepted')), true],
    [
      'with names of another',
      crd(condition('NamesAccepted', 'False', 'ListKindConflict'), condition('Established', 'True')),
      true,
    ],
  ])('%s', (_, object, failed) => expect(crdProblem(object)?.failed).toBe(failed));

  test('the last version that a release lists must be there; what is stored must be known', () => {
    const spec = { versions: [{ name: 'v1beta1' }, { name: 'v1beta2' }] };
    expect(missingVersion({ spec }, ['v1beta1', 'v1beta2'])).toBeUndefined();
    expect(missingVersion({ spec }, ['v1beta2', 'v1beta3'])).toBe('v1beta3');
    expect(lostVersions({ spec, status: { storedVersions: ['v1alpha1', 'v1beta1'] } })).toEqual(['v1alpha1']);
  });

  test.each([null, 5, 'x', {}, [null], [1, 'a', []]])(
    'parts that are something else are as if not there: %j',
    (part) => {
      const strange = {
        spec: { versions: part },
        status: { conditions: part, storedVersions: part },
      } as object;
      expect(crdProblem(strange)).toEqual({ why: 'it is not established yet', failed: false });
      expect(missingVersion(strange, ['v1'])).toBe('v1');
      expect(() => lostVersions(strange)).not.toThrow();
    },
  );
});

test('stored settings are read with the defaults of the chart, under `global` as well, and never throw', () => {
  expect(
    readStoredConfig('linkerdVersion: stable-2.14.10\ncontrollerReplicas: 3\nwebhookFailurePolicy: Fail\n'),
  ).toEqual({
    version: 'stable-2.14.10',
    proxyVersion: undefined,
    replicas: 3,
    failurePolicy: 'Fail',
    trustAnchorsPem: '',
  });
  expect(readStoredConfig('global:\n  linkerdVersion: stable-2.9.4\n')?.version).toBe('stable-2.9.4');
  expect(readStoredConfig('proxy: {image: {version: edge-1}}')?.proxyVersion).toBe('edge-1');
  for (const text of [undefined, '', '[]', 'a: [', 'x: &a [*a, *a]', '7']) {
    expect(() => readStoredConfig(text)).not.toThrow();
  }
  expect(readStoredConfig('[]')).toBeUndefined();
});

describe('texts with parameters', () => {
  const values = { TO: 'stable-2.14.10', NS: 'a\'b; echo $(id) `id` $HOME \\ "' };
  const echo = (word: string, env: Record<string, string>) =>
    execFileSync('sh', ['-c', `printf %s ${word}`], { env, encoding: 'utf8' });

  test.each([
    ['$TO', 'stable-2.14.10'],
    [`\${TO}-x`, 'stable-2.14.10-x'],
    ['pre-$NS/post', `pre-${values.NS}/post`],
    ["it's; rm -rf / $(id) `id` \\ *", "it's; rm -rf / $(id) `id` \\ *"],
    ['', ''],
  ])('%j is the same for the program and for the shell', (text, wanted) => {
    expect(fillIn(text, values)).toEqual({ ok: true, text: wanted });
    expect(echo(shellWord(text), values)).toBe(wanted);
  });

  test('the value of a parameter never becomes a part of the command', () => {
    expect(shellWord('$NS')).toBe('"$NS"');
    expect(referencesOf(`a$TO-\${NS}`)).toEqual(['TO', 'NS']);
  });

  test('a parameter without a value is named', () => {
    expect(fillIn('$TO$LATER', values)).toEqual({ ok: false, missing: 'LATER' });
    expect(fillIn('$toString', {})).toEqual({ ok: false, missing: 'toString' });
  });

  test('a NUL is no part of any command', () => expect(() => shellQuote('a\0b')).toThrow(RangeError));
});
