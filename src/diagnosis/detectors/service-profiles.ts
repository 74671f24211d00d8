/** Retries and timeouts that somebody has written down and no proxy goes by. */
import { entry, record, records, text, textMap } from '../../rollout/json.ts';
import type { Detector, Found } from '../detector.ts';
import type { Evidence } from '../finding.ts';
import { annotationPath, fieldOf, refOf, subjectOf } from '../meshed-pods.ts';
import {
  clusterDomain,
  mended,
  mistakesIn,
  profileForAll,
  profilesOf,
  takesOver,
} from '../service-profiles.ts';
import type { SnapshotObject } from '../snapshot.ts';
import type { View } from '../view.ts';

/** Since when proxies ask the policy controller for routes of a Service. */
const OUTBOUND_ROUTES = 13;
/** Since when annotations of Services and routes set retries and timeouts. */
const RETRY_ANNOTATIONS = 16;
const retryKey = /^(?:retry|timeout)\.linkerd\.io\//;

/** What a command can be given in its environment, with room to spare (Linux, MAX_ARG_STRLEN). */
const LONGEST_MANIFEST = 60_000;

/** What the pitfall needs. A profile that is too long to be handed over is mended by hand. */
const parametersFor = (
  change: 'rewrite' | 'remove',
  namespace: string,
  profile: string,
  manifest: string,
): Readonly<Record<string, string>> => ({
  CASE: manifest.length <= LONGEST_MANIFEST ? change : 'look',
  NAMESPACE: namespace,
  PROFILE: profile,
  ...(manifest.length <= LONGEST_MANIFEST ? { MANIFEST: manifest } : {}),
});

/** Names of metadata as they may be shown. */
const named = ({ metadata }: SnapshotObject) => ({
  name: text(metadata.name),
  namespace: text(metadata.namespace),
});

const lineOfMesh = (view: View) => view.controlPlanes.find(({ line }) => line !== undefined)?.line;

export const profileDetector: Detector = {
  kinds: {
    'service-profile-name': {
      severity: 'warning',
      layer: 'data-plane',
      title: 'A ServiceProfile has a name that nobody asks for',
    },
    'service-profile-invalid': {
      severity: 'warning',
      layer: 'data-plane',
      title: 'A ServiceProfile has parts that are not read',
    },
  },
  needs: ['serviceProfiles'],
  look: (view) =>
    view
      .objects('serviceProfiles')
      .flatMap((profile) => [...misnamed(view, profile), ...invalid(view, profile)]),
};

function misnamed(view: View, profile: SnapshotObject): readonly Found[] {
  const { name, namespace } = named(profile);
  const domain = clusterDomain(view);
  const right = rightName(view, profile);
  if (right === name || right === undefined) return [];
  return [
    {
      code: 'service-profile-name',
      certainty: 'confirmed',
      title: `ServiceProfile ${namespace}/${name} is read by nobody: it has to be called ${right}`,
      explanation: `A proxy asks for the profile of the full name of a service, which ends in svc.${domain}. Under another name its routes, retries and timeouts do nothing, in any version.`,
      subjects: [subjectOf(profile)],
      evidence: [fieldOf(profile, 'metadata.name', name, right)],
      causes: ['It was named after the Service alone, as some instructions have it'],
      remedy: {
        text: 'Apply it under the full name, and delete the other one.',
        risk: 'change',
        verify: `kubectl --namespace ${namespace} get serviceprofile ${right}`,
        parameters: parametersFor('rewrite', namespace, name, mended(profile, right)),
      },
    },
  ];
}

/** The name that a profile has to have; its own where it may be that of a host outside; undefined where nobody can tell. */
function rightName(view: View, profile: SnapshotObject): string | undefined {
  const { name, namespace } = named(profile);
  const domain = clusterDomain(view);
  const [service = '', own = '', ...rest] = name.split('.');
  if (own === '') return `${service}.${namespace}.svc.${domain}`;
  if (rest.join('.') === `svc.${domain}`) return name;
  if (rest.length === 0 || rest[0] === 'svc') {
    const known =
      view.unread('services') === undefined && view.object('services', own, service) !== undefined;
    return known ? `${service}.${own}.svc.${domain}` : undefined;
  }
  return name;
}

function invalid(view: View, profile: SnapshotObject): readonly Found[] {
  const mistakes = mistakesIn(profile);
  const [first] = mistakes;
  if (first === undefined) return [];
  const { name, namespace } = named(profile);
  const right = rightName(view, profile) ?? name;
  return [
    {
      code: 'service-profile-invalid',
      certainty: 'confirmed',
      title: `ServiceProfile ${namespace}/${name} has ${mistakes.length === 1 ? 'a part that is' : `${mistakes.length} parts that are`} not read: ${first.path}`,
      explanation:
        'A route needs a condition. It is retried with isRetryable: true, within the retryBudget of the profile, and ends with timeout. There is no retry, policy or maxTotalRetries, and no default changes with a version: nothing is retried unless told.',
      subjects: [subjectOf(profile)],
      evidence: mistakes.map(({ path, value, expected }) => fieldOf(profile, path, value, expected)),
      causes: ['It was written after instructions for something else than Linkerd'],
      remedy: {
        text: 'Write it as Linkerd reads it.',
        risk: 'change',
        verify: `kubectl --namespace ${namespace} get serviceprofile ${right} --output yaml`,
        parameters: parametersFor('rewrite', namespace, name, mended(profile, right)),
      },
    },
  ];
}

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
  const { namespace, name } = named(profile);
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
      parameters: parametersFor('remove', namespace, name, mended(profile, name)),
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
  const profile = profilesOf(view, service).find(takesOver);
  const plane = view.controlPlanes.find(({ line }) => line !== undefined);
  const early = plane?.line !== undefined && plane.line < RETRY_ANNOTATIONS;
  if (!early && profile === undefined) return [];
  const { namespace, name } = named(service);
  const full = `${name}.${namespace}.svc.${clusterDomain(view)}`;
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
      certainty: 'confirmed',
      title:
        profile === undefined
          ? `Service ${namespace}/${name}: ${keys[0]} does nothing before 2.16`
          : `Service ${namespace}/${name}: ${keys[0]} does nothing beside a ServiceProfile`,
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
            ? parametersFor(
                'rewrite',
                namespace,
                full,
                profileForAll(namespace, full, {
                  retries: keys.some((key) => key.startsWith('retry.')),
                  timeout: entry(service.metadata.annotations, 'timeout.linkerd.io/request'),
                }),
              )
            : parametersFor(
                'remove',
                named(profile).namespace,
                named(profile).name,
                mended(profile, named(profile).name),
              ),
      },
    },
  ];
}
