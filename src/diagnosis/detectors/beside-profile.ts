/** Retries, timeouts and routes that stand beside a ServiceProfile, or before their time, and that no proxy goes by. */
import { entry, record, records, text, textMap } from '../../rollout/json.ts';
import type { Detector, Found } from '../detector.ts';
import type { Evidence } from '../finding.ts';
import { annotationPath, fieldOf, refOf, subjectOf, targetLine } from '../meshed-pods.ts';
import {
  clusterDomain,
  mended,
  namesOf,
  profileForAll,
  profileParameters,
  takesOver,
} from '../service-profiles.ts';
import type { SnapshotObject } from '../snapshot.ts';
import type { View } from '../view.ts';

/** Since when proxies ask the policy controller for routes of a Service. */
const OUTBOUND_ROUTES = 13;
/** Since when annotations of Services and routes set retries and timeouts. */
const RETRY_ANNOTATIONS = 16;
const retryKey = /^(?:retry|timeout)\.linkerd\.io\//;

const lineOfMesh = (view: View) => view.controlPlanes.find(({ line }) => line !== undefined)?.line;

export const shadowedRouteDetector: Detector = {
  kinds: {
    'route-shadowed-by-profile': {
      severity: 'warning',
      layer: 'data-plane',
      title: 'A route of a Service is ignored because it has a ServiceProfile',
    },
  },
  needs: ['serviceProfiles', 'httpRoutes', 'grpcRoutes'],
  look(view) {
    if ((lineOfMesh(view) ?? 0) < OUTBOUND_ROUTES) return [];
    return [...view.objects('httpRoutes'), ...view.objects('grpcRoutes')].flatMap((route) =>
      parentsOf(route).flatMap(({ namespace, name }) => {
        const profile = profileOver(view, namespace, name);
        return profile === undefined ? [] : [shadowed(route, profile, `${namespace}/${name}`)];
      }),
    );
  },
};

/** The Services that a route is attached to. */
const parentsOf = ({ spec, metadata }: SnapshotObject) =>
  records(record(spec).parentRefs)
    .filter(({ kind, group }) => kind === 'Service' && ['', 'core'].includes(text(group)))
    .map(({ name, namespace }) => ({
      name: text(name),
      namespace: text(namespace) || text(metadata.namespace),
    }));

const profileOver = (view: View, namespace: string, name: string): SnapshotObject | undefined => {
  const full = `${name}.${namespace}.svc.${clusterDomain(view)}`;
  const profile = view.object('serviceProfiles', namespace, full);
  return profile !== undefined && takesOver(profile) ? profile : undefined;
};

function shadowed(route: SnapshotObject, profile: SnapshotObject, service: string): Found {
  const { namespace, name } = namesOf(profile);
  return {
    code: 'route-shadowed-by-profile',
    certainty: 'confirmed',
    title: `${refOf(route)} does nothing: Service ${service} has a ServiceProfile`,
    explanation:
      'Where a service has a ServiceProfile with routes, proxies go by it alone. The rules, backends, timeouts and retries of routes of the same Service are in force once the profile is gone.',
    subjects: [subjectOf(route), subjectOf(profile)],
    evidence: [
      fieldOf(route, 'spec.parentRefs[?(@.kind=="Service")].name', service.slice(service.indexOf('/') + 1)),
      fieldOf(profile, 'spec.routes', `${records(record(profile.spec).routes).length} routes`),
    ],
    causes: ['Routes were made to take over from the profile, which stayed'],
    remedy: {
      text: 'Delete the profile once the routes have its retries and timeouts, or delete the route.',
      risk: 'change',
      verify: `kubectl --namespace ${namespace} get serviceprofiles`,
      parameters: profileParameters('remove', namespace, name, mended(profile, name)),
    },
  };
}

export const retryAnnotationDetector: Detector = {
  kinds: {
    'retry-annotations-ignored': {
      severity: 'warning',
      layer: 'data-plane',
      title: 'Annotations for retries or timeouts are ignored',
    },
  },
  needs: ['services', 'serviceProfiles'],
  look: (view) =>
    view.objects('services').flatMap((service) => {
      const set = Object.keys(textMap(service.metadata.annotations)).filter((key) => retryKey.test(key));
      const [key] = set;
      return key === undefined ? [] : ignored(view, service, set);
    }),
};

function ignored(view: View, service: SnapshotObject, keys: readonly string[]): readonly Found[] {
  const { namespace, name } = namesOf(service);
  const full = `${name}.${namespace}.svc.${clusterDomain(view)}`;
  const profile = profileOver(view, namespace, name);
  const plane = view.controlPlanes.find(({ line }) => line !== undefined);
  const early = plane?.line !== undefined && plane.line < RETRY_ANNOTATIONS;
  if (!early && profile === undefined) return [];
  const annotations = keys.map((key) =>
    fieldOf(service, annotationPath(key), entry(service.metadata.annotations, key)),
  );
  const version: Evidence[] =
    plane === undefined || profile !== undefined
      ? []
      : [
          {
            kind: 'field',
            ref: plane.meta.source,
            path: 'linkerdVersion',
            value: plane.meta.version ?? '',
            expected: '2.16 or later',
          },
        ];
  return [
    {
      code: 'retry-annotations-ignored',
      // Who upgrades to what reads them has set them on purpose.
      ...(profile === undefined && (targetLine(view) ?? 0) >= RETRY_ANNOTATIONS
        ? { severity: 'info' as const }
        : {}),
      certainty: 'confirmed',
      title:
        profile === undefined
          ? `Annotations of Service ${namespace}/${name} do nothing before 2.16: ${keys[0]}`
          : `Annotations of Service ${namespace}/${name} are ignored: it has a ServiceProfile`,
      explanation:
        profile === undefined
          ? 'Annotations set retries and timeouts from 2.16 on. Until then nothing is retried but what a ServiceProfile tells; with the upgrade they are suddenly in force.'
          : 'Where a service has a ServiceProfile with routes, proxies take retries and timeouts from it alone, and ignore the annotations of the Service.',
      subjects: [subjectOf(service)],
      evidence: [
        ...annotations,
        ...version,
        ...(profile === undefined
          ? []
          : [fieldOf(profile, 'spec.routes', `${records(record(profile.spec).routes).length} routes`)]),
      ],
      causes: [
        profile === undefined
          ? 'They were set before the upgrade that they are for'
          : 'Annotations were to take over from the profile, which stayed',
      ],
      remedy: {
        text:
          profile === undefined
            ? 'Say the same in a ServiceProfile until 2.16.'
            : 'Delete the profile once the annotations say all that is needed, or delete the annotations.',
        risk: 'change',
        verify: `kubectl --namespace ${namespace} get serviceprofiles`,
        parameters:
          profile === undefined
            ? profileParameters(
                'rewrite',
                namespace,
                full,
                profileForAll(namespace, full, {
                  retries: keys.some((key) => key.startsWith('retry.')),
                  timeout: entry(service.metadata.annotations, 'timeout.linkerd.io/request'),
                }),
              )
            : profileParameters(
                'remove',
                namesOf(profile).namespace,
                namesOf(profile).name,
                mended(profile, namesOf(profile).name),
              ),
      },
    },
  ];
}
