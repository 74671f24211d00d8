import 'reflect-metadata';
import type { webcrypto } from 'node:crypto';
import { BasicConstraintsExtension, X509CertificateGenerator } from '@peculiar/x509';
import { beforeAll, describe, expect, test } from 'vitest';
import type { SnapshotObject } from '../../../src/diagnosis/snapshot.ts';
import { createServingCertificate, createTrust, type Trust } from '../../../src/linkerd/pki.ts';
import { denied, snapshotOf } from '../../helpers/snapshot.ts';
import { changed, daysAgo, found, meshedPod, meshObjects } from '../mesh.ts';

const codes = [
  'issuer-expired',
  'issuer-expiring',
  'issuer-untrusted',
  'issuer-key-unsupported',
  'trust-anchor-expired',
  'trust-anchor-expiring',
  'trust-anchors-differ',
  'other-trust-root',
];
const of = (objects: readonly SnapshotObject[]) =>
  found(snapshotOf(objects), ...codes).findings.map(
    ({ code, severity, certainty }) => `${code} ${severity} ${certainty}`,
  );

let other: Trust;
beforeAll(async () => {
  other = await createTrust({ from: daysAgo(30) });
});

const meshWith = async (options: Parameters<typeof createTrust>[0]) =>
  meshObjects({ trust: await createTrust(options) });
const issuerOf = (objects: readonly SnapshotObject[], data: Record<string, string>) =>
  changed(objects, 'Secret', 'linkerd-identity-issuer', (secret) => ({ ...secret, data }));
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('the issuer', () => {
  test.each(['stable-2.9.4', 'stable-2.11.5', 'stable-2.13.7', 'edge-25.10.7'])(
    'of a fresh %s raises nothing',
    async (version) => {
      expect(of(await meshObjects({ version }))).toEqual([]);
      expect(of(await meshObjects({ version, ha: true }))).toEqual([]);
    },
  );

  test('that is over is a blocker, and says since when', async () => {
    const objects = await meshWith({ from: daysAgo(366) });
    expect(of(objects)).toEqual(['issuer-expired blocker confirmed']);
    const [finding] = found(snapshotOf(objects), ...codes).findings;
    expect(finding?.title).toMatch(/^Issuer identity\.linkerd\.cluster\.local has ended on 2026-05-31T/);
    expect(finding?.evidence[0]).toMatchObject({
      ref: 'Secret linkerd/linkerd-identity-issuer',
      path: 'data["crt.pem"]',
    });
    expect(finding?.remedy.parameters).toEqual({ VERSION: 'stable-2.13.7', ISSUER: 'over', KEEP: 'yes' });
  });

  test('that begins only later is not valid either', async () => {
    expect(of(await meshWith({ from: daysAgo(-1) }))).toContain('issuer-expired blocker confirmed');
  });

  test('that ends in 59 days is told of; one that a tool renews every day is not', async () => {
    expect(of(await meshWith({ from: daysAgo(306) }))).toEqual(['issuer-expiring warning confirmed']);
    expect(of(await meshWith({ from: daysAgo(304) }))).toEqual([]);
    expect(of(await meshWith({ from: daysAgo(0.5), issuerDays: 2 }))).toEqual([]);
    expect(of(await meshWith({ from: daysAgo(1.9), issuerDays: 2 }))).toEqual([
      'issuer-expiring warning confirmed',
    ]);
  });

  test('that other anchors have signed is not trusted', async () => {
    const objects = issuerOf(await meshObjects(), { 'crt.pem': base64(other.issuer.certPem) });
    expect(of(objects)).toEqual(['issuer-untrusted blocker confirmed']);
  });

  test('that the stored anchors have signed says that the others were exchanged', async () => {
    const objects = changed(await meshObjects(), 'ConfigMap', 'linkerd-identity-trust-roots', (roots) => ({
      ...roots,
      data: { 'ca-bundle.crt': other.anchorPem },
    }));
    const untrusted = found(snapshotOf(objects), ...codes).findings.find(
      ({ code }) => code === 'issuer-untrusted',
    );
    expect(untrusted?.causes[0]).toContain('linkerd-config still holds the anchor that signed the issuer');
    expect(untrusted?.explanation).toContain('put that back where nobody meant to exchange it');
    expect(untrusted?.remedy.text).toContain('put those of linkerd-config back');
  });

  test('that is no authority cannot sign', async () => {
    const { certPem } = await createServingCertificate('identity', 'linkerd', { from: daysAgo(1) });
    expect(of(issuerOf(await meshObjects(), { 'crt.pem': base64(certPem) }))).toEqual([
      'issuer-untrusted blocker confirmed',
    ]);
  });

  test('of cert-manager stands under another key; a chain that leads to an anchor will do', async () => {
    const trust = await createTrust({ from: daysAgo(30) });
    const objects = await meshObjects({ trust });
    const chain = `${trust.issuer.certPem}${trust.anchorPem}`;
    expect(of(issuerOf(objects, { 'tls.crt': base64(chain) }))).toEqual([]);
  });

  test('with an RSA key is not taken', async () => {
    const pem = await rsaAuthority();
    expect(of(issuerOf(await meshObjects(), { 'crt.pem': base64(pem) }))).toContain(
      'issuer-key-unsupported blocker confirmed',
    );
  });

  test('that is no certificate at all cannot be used, whether or not it was kept', async () => {
    expect(of(issuerOf(await meshObjects(), { 'crt.pem': base64('hello') }))).toEqual([
      'issuer-untrusted blocker confirmed',
    ]);
    for (const data of [{ 'crt.pem': '', 'key.pem': '***' }, { 'tls.crt': '***' }, {}]) {
      expect(of(issuerOf(await meshObjects(), data))).toEqual(['issuer-untrusted blocker confirmed']);
    }
  });

  test('that is not there is a blocker, where an identity service would read it', async () => {
    const objects = changed(await meshObjects(), 'Secret', 'linkerd-identity-issuer', () => undefined);
    const { findings } = found(snapshotOf(objects), ...codes);
    expect(findings).toMatchObject([
      {
        code: 'issuer-untrusted',
        severity: 'blocker',
        title: 'Secret linkerd-identity-issuer is not there in linkerd',
        evidence: [{ ref: 'Secret linkerd/linkerd-identity-issuer', value: 'it is not there' }],
        remedy: { parameters: { ISSUER: 'over', KEEP: 'yes' } },
      },
    ]);
    const without = changed(objects, 'Deployment', 'linkerd-identity', () => undefined);
    expect(of(without)).toEqual([]);
  });

  test('cannot be judged where Secrets may not be seen, and that is said', async () => {
    const snapshot = snapshotOf(await meshWith({ from: daysAgo(366) }), { objects: { secrets: denied() } });
    const { findings, notChecked } = found(snapshot, 'issuer-expired', 'issuer-untrusted');
    expect(findings).toEqual([]);
    expect(notChecked).toEqual(['issuer-expired', 'issuer-untrusted']);
  });
});

describe('the trust anchors', () => {
  test('that are over are a blocker', async () => {
    const objects = await meshWith({ from: daysAgo(101), anchorDays: 100, issuerDays: 365 });
    expect(of(objects)).toEqual(['trust-anchor-expired blocker confirmed']);
    const [finding] = found(snapshotOf(objects), 'trust-anchor-expired').findings;
    expect(finding?.remedy.parameters).toMatchObject({ KEEP: 'no' });
  });

  test('of which one of two is over are refused, and the mesh goes on', async () => {
    const old = await createTrust({ from: daysAgo(101), anchorDays: 100 });
    const trust = { ...other, anchorPem: `${old.anchorPem}${other.anchorPem}` };
    expect(of(await meshObjects({ trust }))).toEqual(['trust-anchor-expired error confirmed']);
  });

  test('that end soon are told of', async () => {
    expect(of(await meshWith({ from: daysAgo(330), anchorDays: 365, issuerDays: 3650 }))).toEqual([
      'trust-anchor-expiring warning confirmed',
    ]);
  });

  test('that are stored have to be those that are given out; their order does not matter', async () => {
    const both = (a: Trust, b: Trust) => ({ 'ca-bundle.crt': `${a.anchorPem}${b.anchorPem}` });
    const mounted = (objects: readonly SnapshotObject[], data: object) =>
      changed(objects, 'ConfigMap', 'linkerd-identity-trust-roots', (map) => ({ ...map, data }));
    const trust = await createTrust({ from: daysAgo(30) });
    const two = await meshObjects({ trust: { ...trust, anchorPem: `${other.anchorPem}${trust.anchorPem}` } });
    expect(of(mounted(two, both(trust, other)))).toEqual([]);
    expect(of(mounted(await meshObjects({ trust }), both(trust, other)))).toEqual([
      'trust-anchors-differ error confirmed',
    ]);
  });

  test('cannot be judged without ConfigMaps', async () => {
    const snapshot = snapshotOf(await meshObjects(), { objects: { configMaps: denied() } });
    expect(found(snapshot, 'trust-anchors-differ').notChecked).toEqual(['trust-anchors-differ']);
  });
});

describe('proxies with other anchors', () => {
  test('than those that start now do not trust each other where they share none', async () => {
    const trust = await createTrust({ from: daysAgo(30) });
    const objects = await meshObjects({ trust });
    const here = meshedPod('shop', 'web', trust.anchorPem);
    const there = meshedPod('shop', 'api', other.anchorPem);
    expect(of([...objects, here])).toEqual([]);
    expect(of([...objects, here, there])).toEqual(['other-trust-root error confirmed']);
    const [finding] = found(snapshotOf([...objects, here, there]), 'other-trust-root').findings;
    expect(finding?.subjects).toEqual([{ kind: 'Deployment', namespace: 'shop', name: 'api' }]);
    expect(finding?.evidence[1]).toMatchObject({ ref: 'Pod shop/api-7c5d8f9b6d-x2k4j' });
  });

  test('that share one are in the middle of a rotation', async () => {
    const trust = await createTrust({ from: daysAgo(30) });
    const both = { ...trust, anchorPem: `${other.anchorPem}${trust.anchorPem}` };
    const objects = await meshObjects({ trust: both });
    expect(of([...objects, meshedPod('shop', 'api', other.anchorPem)])).toEqual([
      'other-trust-root warning confirmed',
    ]);
  });

  test('that show a hash alone may be apart; another pod with the same hash shows them; one that is over counts no more', async () => {
    const trust = await createTrust({ from: daysAgo(30) });
    const both = { ...trust, anchorPem: `${other.anchorPem}${trust.anchorPem}` };
    const objects = await meshObjects({ trust: both });
    const shown = meshedPod('shop', 'api', other.anchorPem);
    const hidden = {
      ...shown,
      metadata: { ...shown.metadata, name: 'x', uid: 'x' },
      spec: { containers: [{ name: 'linkerd-proxy' }] },
    };
    expect(of([...objects, hidden])).toEqual(['other-trust-root error likely']);
    expect(of([...objects, hidden, shown])).toEqual(['other-trust-root warning confirmed']);
    expect(of([...objects, { ...hidden, status: { phase: 'Succeeded' } }])).toEqual([]);
  });
});

/** An authority with an RSA key. */
async function rsaAuthority(): Promise<string> {
  const signingAlgorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const algorithm = { ...signingAlgorithm, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };
  const keys = (await crypto.subtle.generateKey(algorithm, true, [
    'sign',
    'verify',
  ])) as webcrypto.CryptoKeyPair;
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=identity.linkerd.cluster.local',
    notBefore: daysAgo(1),
    notAfter: daysAgo(-300),
    keys,
    signingAlgorithm,
    extensions: [new BasicConstraintsExtension(true, 0, true)],
  });
  return certificate.toString('pem');
}
