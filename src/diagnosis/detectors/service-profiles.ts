/** ServiceProfiles that nobody asks for, and parts of them that nobody reads. */
import type { Detector, Found } from '../detector.ts';
import { fieldOf, subjectOf } from '../meshed-pods.ts';
import { clusterDomain, mended, mistakesIn, namesOf, profileParameters } from '../service-profiles.ts';
import type { SnapshotObject } from '../snapshot.ts';
import type { View } from '../view.ts';

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
      .flatMap((profile) => [...misnamesOf(view, profile), ...invalid(view, profile)]),
};

function misnamesOf(view: View, profile: SnapshotObject): readonly Found[] {
  const { name, namespace } = namesOf(profile);
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
        parameters: profileParameters('rewrite', namespace, name, mended(profile, right)),
      },
    },
  ];
}

/** The name that a profile has to have; its own where it may be that of a host outside; undefined where nobody can tell. */
function rightName(view: View, profile: SnapshotObject): string | undefined {
  const { name, namespace } = namesOf(profile);
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
  const { name, namespace } = namesOf(profile);
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
        parameters: profileParameters('rewrite', namespace, name, mended(profile, right)),
      },
    },
  ];
}
