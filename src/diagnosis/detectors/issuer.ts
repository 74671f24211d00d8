/** The issuer of the mesh's identity: without a good one no proxy gets a certificate, and none that starts becomes ready. */
import type { X509Certificate } from 'node:crypto';
import {
  commonName,
  describeCertificate,
  isIssuedBy,
  notValidNow,
  renewalIsDue,
  unsupportedKey,
} from '../../linkerd/certificates.ts';
import type { Detector, Found } from '../detector.ts';
import type { Evidence } from '../finding.ts';
import { type CertificatesAt, issuerChain, storedAnchors, trustAnchors } from '../identity.ts';
import type { ControlPlane, View } from '../view.ts';

const verify = 'linkerd check, category linkerd-identity';

export const issuerDetector: Detector = {
  kinds: {
    'issuer-expired': {
      severity: 'blocker',
      layer: 'control-plane',
      title: 'The issuer certificate is not valid now',
    },
    'issuer-expiring': {
      severity: 'warning',
      layer: 'control-plane',
      title: 'The issuer certificate ends soon',
    },
    'issuer-untrusted': {
      severity: 'blocker',
      layer: 'control-plane',
      title: 'The issuer certificate is not signed by the trust anchors',
    },
    'issuer-key-unsupported': {
      severity: 'blocker',
      layer: 'control-plane',
      title: 'The issuer certificate has a key that Linkerd does not take',
    },
  },
  needs: ['secrets', 'configMaps'],
  look: (view) => view.controlPlanes.flatMap((plane) => lookAt(view, plane)),
};

function lookAt(view: View, plane: ControlPlane): readonly Found[] {
  const { namespace } = plane;
  const issuer = issuerChain(view, plane);
  if (issuer === undefined) return isRunning(view, plane) ? [gone(plane)] : [];
  const anchors = trustAnchors(view, plane);
  const over =
    anchors?.found.ok === true && anchors.found.certificates.some((one) => notValidNow(one, view.now));
  const about = aboutIssuer(plane, issuer, over ? 'no' : 'yes');
  if (!issuer.found.ok) {
    const title = `The issuer certificate in ${namespace} cannot be read`;
    return [about('issuer-untrusted', title, issuer.found.why, 'a PEM certificate')];
  }
  const chain = issuer.found.certificates;
  const leaf = chain[0]!;
  const value = describeCertificate(leaf);
  const found: Found[] = [];

  const late = notValidNow(leaf, view.now);
  if (late !== undefined)
    found.push(about('issuer-expired', `Issuer ${late}`, value, `valid at ${view.snapshot.takenAt}`));
  const soon = renewalIsDue(leaf, view.now);
  if (soon !== undefined)
    found.push(about('issuer-expiring', `Issuer ${soon}`, value, 'a quarter of its time left'));
  const key = unsupported(leaf);
  if (key !== undefined) found.push(about('issuer-key-unsupported', key, key, 'ECDSA on P-256'));
  found.push(...untrusted(chain, anchors, storedAnchors(plane), about));
  return found;
}

/** Without an identity Deployment it is the control plane that is not there. */
const isRunning = (view: View, { namespace }: ControlPlane): boolean =>
  view.object('deployments', namespace, 'linkerd-identity') !== undefined;

function gone(plane: ControlPlane): Found {
  const { namespace } = plane;
  const issuer: CertificatesAt = {
    ref: `Secret ${namespace}/linkerd-identity-issuer`,
    path: 'metadata.name',
    found: { ok: false, why: 'it is not there' },
  };
  return {
    ...aboutIssuer(plane, issuer, 'yes')(
      'issuer-untrusted',
      `Secret linkerd-identity-issuer is not there in ${namespace}`,
      'it is not there',
      'the issuer and its key',
    ),
    explanation:
      'Pods of linkerd-identity that run have read it already; those that start wait for it, and then no proxy gets a certificate. An upgrade restarts them, and linkerd upgrade refuses.',
    causes: ['It was deleted by hand, or by the tool that manages it', 'A restore left the Secrets out'],
  };
}

type About = (
  code: string,
  title: string,
  value: string,
  expected: string,
  more?: readonly Evidence[],
) => Found;

function untrusted(
  chain: readonly X509Certificate[],
  anchors: CertificatesAt | undefined,
  stored: CertificatesAt | undefined,
  about: About,
): readonly Found[] {
  const leaf = chain[0]!;
  if (!leaf.ca) {
    const title = `Issuer ${commonName(leaf)} is no certificate authority`;
    return [about('issuer-untrusted', title, 'basicConstraints CA:FALSE', 'CA:TRUE')];
  }
  if (anchors === undefined || !anchors.found.ok || isIssuedBy(chain, anchors.found.certificates)) return [];
  const names = anchors.found.certificates.map(describeCertificate);
  const trusted: Evidence[] = names.map((value) => ({
    kind: 'field',
    ref: anchors.ref,
    path: anchors.path,
    value,
  }));
  const title = `Issuer ${commonName(leaf)} is signed by none of the trust anchors`;
  const found = about(
    'issuer-untrusted',
    title,
    describeCertificate(leaf),
    'signed by a trust anchor',
    trusted,
  );
  if (stored?.found.ok !== true || !isIssuedBy(chain, stored.found.certificates)) return [found];
  // A new identity restarts the whole mesh, and here the old one is at hand.
  return [
    {
      ...found,
      explanation: `${found.explanation} linkerd-config still holds the anchor that signed it: put that back where nobody meant to exchange it.`,
      causes: [
        'linkerd-identity-trust-roots was exchanged: linkerd-config still holds the anchor that signed the issuer',
      ],
      remedy: {
        ...found.remedy,
        text: 'Where nobody meant to exchange the anchors, put those of linkerd-config back into linkerd-identity-trust-roots: linkerd upgrade renders them. Else give the mesh a new issuer, or a new identity.',
      },
    },
  ];
}

/** Linkerd refuses RSA as well as other curves, and takes nothing else (`pkg/issuercerts`). */
function unsupported(leaf: X509Certificate): string | undefined {
  const type = leaf.publicKey.asymmetricKeyType;
  if (type === 'ec') return unsupportedKey(leaf);
  return `${commonName(leaf)} has a key of type ${type ?? 'unknown'}, and has to be ECDSA on P-256`;
}

/** `keep`: whether the anchors that are there may stay beside a new one: an upgrade refuses a bundle with one that is over. */
function aboutIssuer({ namespace, meta }: ControlPlane, issuer: CertificatesAt, keep: 'yes' | 'no'): About {
  return (code, title, value, expected, more = []) => ({
    code,
    certainty: 'confirmed',
    title,
    explanation:
      code === 'issuer-expiring'
        ? 'When it has ended, no proxy gets a new certificate: those that start do not become ready, and the others stop within a day.'
        : 'The identity service cannot sign for anybody: proxies that start do not become ready, those that run stop when their own certificates end, within a day. linkerd upgrade refuses such an issuer.',
    subjects: [{ kind: 'Secret', namespace, name: 'linkerd-identity-issuer' }],
    evidence: [{ kind: 'field', ref: issuer.ref, path: issuer.path, value, expected }, ...more],
    causes: causes[code] ?? [],
    remedy: {
      text: 'Give the mesh a new issuer that its trust anchors have signed, or a new identity where their key is not at hand.',
      // An issuer that still signs is exchanged step by step; one that does not is gone after it.
      risk: code === 'issuer-expiring' ? 'change' : 'irreversible',
      verify,
      parameters: {
        ...(meta.version === undefined ? {} : { VERSION: meta.version }),
        ISSUER: code === 'issuer-expiring' ? 'valid' : 'over',
        KEEP: keep,
      },
    },
  });
}

const causes: Readonly<Record<string, readonly string[]>> = {
  'issuer-expired': [
    'linkerd install makes an issuer for one year, and nobody renewed it',
    'cert-manager could not renew it',
  ],
  'issuer-expiring': ['linkerd install makes an issuer for one year'],
  'issuer-untrusted': [
    'The trust anchors were exchanged and the issuer was not, or the other way round',
    'A backup or a GitOps tool brought an old Secret back',
  ],
  'issuer-key-unsupported': ['It was made by another tool with another algorithm'],
};
