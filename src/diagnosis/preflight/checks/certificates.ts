/** The certificates of the mesh: whether they are good is a matter of findings, how long they last and who renews them is said here. */
import type { X509Certificate } from 'node:crypto';
import { counted } from '../../../data-plane/words.ts';
import { describeCertificate, readCertificates } from '../../../linkerd/certificates.ts';
import { record, text } from '../../../rollout/json.ts';
import type { Evidence } from '../../finding.ts';
import { type CertificatesAt, issuerChain, trustAnchors } from '../../identity.ts';
import { fieldOf } from '../../meshed-pods.ts';
import type { ControlPlane, View } from '../../view.ts';
import { secretText, servingSecret, webhooksOf } from '../../webhooks.ts';
import type { PreflightCheck, PreflightRemark } from '../model.ts';
import { fail, info, listed, warn } from '../remarks.ts';
import { certificateFor, renewal, unseen } from './renewal.ts';

const DAY = 86_400_000;
/** An anchor that is to outlast several upgrades: below this somebody has to rotate it before long, which is no small thing. */
const SHORT_ANCHOR_DAYS = 730;

export const trustAnchorsCheck: PreflightCheck = {
  name: 'trust-anchors',
  group: 'certificates',
  holds: 'the trust anchors are valid, last for years, and are what every proxy trusts',
  codes: ['trust-anchor-expired', 'trust-anchor-expiring', 'trust-anchors-differ', 'other-trust-root'],
  needs: ['configMaps'],
  look: (view) =>
    view.controlPlanes.flatMap((plane): readonly PreflightRemark[] => {
      const at = trustAnchors(view, plane);
      if (at?.found.ok !== true) return [];
      const short = at.found.certificates.filter((one) => {
        const left = Date.parse(one.validTo) - view.now;
        return left > 0 && left < SHORT_ANCHOR_DAYS * DAY;
      });
      const evidence = evidenceOf(at, at.found.certificates);
      return short.length === 0
        ? [info(`${counted(at.found.certificates.length, 'trust anchor')} in ${plane.namespace}.`, evidence)]
        : [
            warn(
              `${short.length === 1 ? 'A trust anchor ends' : `${short.length} trust anchors end`} within ${SHORT_ANCHOR_DAYS / 365} years. With it ends all traffic between proxies; to replace it, every meshed pod restarts more than once.`,
              evidence,
              'Plan its rotation, apart from the upgrade: an anchor of ten years, and its key where it is found again. linkerd install without certificates of your own makes one of a year and throws its key away.',
            ),
          ];
    }),
};

const evidenceOf = (
  { ref, path }: CertificatesAt,
  certificates: readonly X509Certificate[],
): readonly Evidence[] =>
  certificates.map((one) => ({ kind: 'field', ref, path, value: describeCertificate(one) }));

export const issuerCheck: PreflightCheck = {
  name: 'issuer',
  group: 'certificates',
  holds: 'the issuer is valid, signed by the anchors, and somebody renews it',
  codes: ['issuer-expired', 'issuer-expiring', 'issuer-untrusted', 'issuer-key-unsupported'],
  needs: ['secrets', 'configMaps'],
  look: (view) =>
    view.controlPlanes.flatMap((plane): readonly PreflightRemark[] => {
      const at = issuerChain(view, plane);
      if (at?.found.ok !== true) return [];
      const evidence = evidenceOf(at, at.found.certificates.slice(0, 1));
      return renewal(view, plane.namespace, 'linkerd-identity-issuer', {
        evidence,
        external: schemeOf(plane) === 'kubernetes.io/tls',
        what: 'the issuer',
        after: 'When it ends no proxy gets a certificate any more, and a day later none speaks with another.',
      });
    }),
};

const schemeOf = ({ values }: ControlPlane): string => text(record(record(values.identity).issuer).scheme);

export const webhookCertificatesCheck: PreflightCheck = {
  name: 'webhook-certificates',
  group: 'certificates',
  holds: 'certificates of webhooks and of tap are valid, trusted by the API server, and somebody renews them',
  codes: [
    'webhook-ca-mismatch',
    'webhook-certificate-expired',
    'webhook-certificate-expiring',
    'webhook-stale-pod',
  ],
  needs: ['secrets', 'configMaps', 'mutatingWebhooks', 'validatingWebhooks'],
  look: (view) => [...nobodyRenews(view), ...overwritten(view)],
};

/** The serving certificates of the control plane's webhooks, by their Secrets. */
const servingOf = (view: View) => [
  ...new Map(
    webhooksOf(view).flatMap(({ service }) => {
      const secret = service === undefined ? undefined : servingSecret(view, service);
      return secret === undefined
        ? []
        : [[`${secret.metadata.namespace}/${secret.metadata.name}`, secret] as const];
    }),
  ).values(),
];

function nobodyRenews(view: View): readonly PreflightRemark[] {
  const bare = servingOf(view).filter(
    ({ metadata }) => certificateFor(view, metadata.namespace ?? '', metadata.name) === undefined,
  );
  if (bare.length === 0) return [];
  const evidence = bare.flatMap((secret) => {
    const read = readCertificates(secretText(secret, 'tls.crt'));
    return read.ok ? [fieldOf(secret, 'data["tls.crt"]', describeCertificate(read.certificates[0]!))] : [];
  });
  if (view.unread('certificates') !== undefined) return [unseen(view, 'the certificates of webhooks')];
  return [
    warn(
      `Nobody but an upgrade renews the certificates of ${listed(bare.map(({ metadata }) => metadata.name.replace(/-k8s-tls$/, '')))}. They are made for a year; when one ends, pods come up without a proxy or not at all.`,
      evidence,
      'Upgrade at least once a year, or have cert-manager renew them (externalSecret and injectCaFrom for each webhook).',
    ),
  ];
}

/** What is renewed from outside, and which the next rendering would make anew, as it is not told so. */
function overwritten(view: View): readonly PreflightRemark[] {
  const keys: Readonly<Record<string, string>> = {
    'linkerd-proxy-injector-k8s-tls': 'proxyInjector',
    'linkerd-sp-validator-k8s-tls': 'profileValidator',
    'linkerd-policy-validator-k8s-tls': 'policyValidator',
  };
  return view.controlPlanes.flatMap(({ namespace, values, meta }) =>
    Object.entries(keys).flatMap(([name, key]) => {
      const certificate = certificateFor(view, namespace, name);
      if (certificate === undefined || record(values[key]).externalSecret === true) return [];
      return [
        fail(
          `cert-manager renews ${name}, and ${key}.externalSecret is not set: the upgrade makes a certificate of its own in its place, and the two overwrite each other.`,
          [
            fieldOf(certificate, 'spec.secretName', name),
            {
              kind: 'field',
              ref: meta.source,
              path: `data.values ${key}.externalSecret`,
              value: 'not true',
              expected: 'true',
            },
          ],
          `Upgrade with ${key}.externalSecret=true and ${key}.injectCaFrom=${namespace}/${certificate.metadata.name}.`,
        ),
      ];
    }),
  );
}
