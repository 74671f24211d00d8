/** The trust anchors of the mesh: their times, and whether both places that hold them hold the same. */
import type { X509Certificate } from 'node:crypto';
import { commonName, describeCertificate, notValidNow, renewalIsDue } from '../../linkerd/certificates.ts';
import type { Detector, Found } from '../detector.ts';
import type { Evidence } from '../finding.ts';
import {
  type CertificatesAt,
  fingerprints,
  mountedAnchors,
  storedAnchors,
  trustAnchors,
} from '../identity.ts';
import type { ControlPlane, View } from '../view.ts';

export const trustAnchorsDetector: Detector = {
  kinds: {
    'trust-anchor-expired': {
      severity: 'blocker',
      layer: 'control-plane',
      title: 'A trust anchor is not valid now',
    },
    'trust-anchor-expiring': {
      severity: 'warning',
      layer: 'control-plane',
      title: 'A trust anchor ends soon',
    },
    'trust-anchors-differ': {
      severity: 'error',
      layer: 'control-plane',
      title: 'The stored trust anchors are not those that proxies are given',
    },
  },
  needs: ['configMaps'],
  look: (view) => view.controlPlanes.flatMap((plane) => [...ended(view, plane), ...differing(view, plane)]),
};

function ended(view: View, plane: ControlPlane): readonly Found[] {
  const anchors = trustAnchors(view, plane);
  if (anchors === undefined || !anchors.found.ok) return [];
  const all = anchors.found.certificates;
  const late = all.filter((one) => notValidNow(one, view.now) !== undefined);
  const soon = all.filter((one) => renewalIsDue(one, view.now) !== undefined);
  const rest = all.length - late.length;
  return [
    ...(late.length === 0
      ? []
      : [
          {
            ...about(plane, anchors, late, { ISSUER: 'over', KEEP: 'no' }),
            code: 'trust-anchor-expired',
            // Others that are still good keep the mesh going; linkerd check fails all the same.
            severity: rest > 0 ? ('error' as const) : ('blocker' as const),
            title: `Trust anchor ${notValidNow(late[0]!, view.now)}`,
            explanation:
              rest > 0
                ? 'The other anchors of the bundle still hold the mesh together, but linkerd check and linkerd upgrade refuse a bundle with one that has ended.'
                : 'No proxy trusts another any more: the mesh cannot talk, and linkerd upgrade refuses.',
            causes: ['linkerd install makes an anchor for one year, and nobody rotated it'],
          },
        ]),
    ...(soon.length === 0
      ? []
      : [
          {
            ...about(plane, anchors, soon, { ISSUER: 'valid', KEEP: 'yes' }),
            code: 'trust-anchor-expiring',
            title: `Trust anchor ${renewalIsDue(soon[0]!, view.now)}`,
            explanation:
              'When it has ended no proxy trusts another. To rotate it takes a restart of every meshed pod, so begin early.',
            causes: ['Anchors that linkerd install makes are valid for one year'],
          },
        ]),
  ];
}

const evidenceOf = (at: CertificatesAt, certificates: readonly X509Certificate[]): readonly Evidence[] =>
  certificates.map((one) => ({
    kind: 'field',
    ref: at.ref,
    path: at.path,
    value: describeCertificate(one),
  }));

function about(
  plane: ControlPlane,
  anchors: CertificatesAt,
  certificates: readonly X509Certificate[],
  values: Readonly<Record<string, string>> = {},
) {
  const { namespace, meta } = plane;
  return {
    certainty: 'confirmed' as const,
    subjects: [{ kind: 'ConfigMap', namespace, name: anchors.ref.slice(anchors.ref.indexOf('/') + 1) }],
    evidence: evidenceOf(anchors, certificates),
    remedy: {
      text: 'Give the mesh a new trust anchor beside the old one, and a new issuer, and restart every meshed pod.',
      risk: values.ISSUER === 'over' ? ('irreversible' as const) : ('change' as const),
      verify: 'linkerd check --proxy, category linkerd-identity',
      parameters: { ...values, ...(meta.version === undefined ? {} : { VERSION: meta.version }) },
    },
  };
}

/** The next upgrade renders what is stored: where that differs, it takes away what proxies trust now. */
function differing(view: View, plane: ControlPlane): readonly Found[] {
  const mounted = mountedAnchors(view, plane);
  const stored = storedAnchors(plane);
  if (!mounted?.found.ok || !stored?.found.ok) return [];
  const [now, later] = [mounted.found.certificates, stored.found.certificates];
  if (fingerprints(now).join() === fingerprints(later).join()) return [];
  const nameOf = (list: readonly X509Certificate[]) => list.map(commonName).join(', ');
  return [
    {
      ...about(plane, mounted, []),
      code: 'trust-anchors-differ',
      title: `linkerd-config stores other trust anchors than linkerd-identity-trust-roots holds`,
      explanation: `Proxies are given ${now.length} (${nameOf(now)}); an upgrade would replace them by the ${later.length} that are stored (${nameOf(later)}), and proxies would no longer trust those that came before.`,
      evidence: [...evidenceOf(mounted, now), ...evidenceOf(stored, later)],
      remedy: {
        text: 'Store the anchors that proxies are given, and restart the proxies that have others.',
        risk: 'change',
        verify: 'linkerd check --proxy, category linkerd-identity',
        parameters: {
          DIFFER: 'yes',
          ...(plane.meta.version === undefined ? {} : { VERSION: plane.meta.version }),
        },
      },
      causes: [
        'The anchors were rotated by hand in the ConfigMap and not by linkerd upgrade --identity-trust-anchors-file',
        'An installation was applied over an existing mesh, and not all of it arrived',
      ],
    },
  ];
}
