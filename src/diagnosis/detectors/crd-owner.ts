/** CRDs that Helm installed and the linkerd CLI has rendered since. */
import type { Detector, Found } from '../detector.ts';
import type { View } from '../view.ts';
import { claimed, cliOf, ownerEvidence, ownerOf, subjectOf } from './helm-owner.ts';

export const crdOwnerDetector: Detector = {
  kinds: {
    'crd-mixed-owner': {
      severity: 'warning',
      layer: 'control-plane',
      title: 'The linkerd CLI has overwritten CRDs that belong to Helm',
    },
  },
  needs: ['customResourceDefinitions'],
  look: overwritten,
};

function overwritten(view: View): readonly Found[] {
  const mixed = view
    .objects('customResourceDefinitions')
    .filter((object) => cliOf(object) !== undefined && ownerOf(object).release !== '');
  const [first] = mixed;
  if (first === undefined) return [];
  const { release, namespace } = ownerOf(first);
  const by = cliOf(first);
  return [
    {
      code: 'crd-mixed-owner',
      certainty: 'confirmed',
      title: `${mixed.length === 1 ? 'A CRD' : `${mixed.length} CRDs`} of the Helm release ${release} ${mixed.length === 1 ? 'was' : 'were'} overwritten by the CLI of ${by}`,
      explanation:
        'The CRDs are newer than their chart now. A chart that does not know a version in which something is stored is refused by the API server, and rolling back with it.',
      subjects: mixed.map((each) => subjectOf(claimed(each))),
      evidence: mixed.flatMap((each) =>
        ownerEvidence(each).filter(({ path }) => !path?.includes('managed-by')),
      ),
      causes: [
        'Somebody ran linkerd upgrade --crds or linkerd install --crds on a mesh that Helm installed.',
      ],
      remedy: {
        text: `Upgrade ${release} to a chart of ${by} or later, and leave the CRDs to Helm from then on.`,
        risk: 'look',
        verify: `helm list --namespace ${namespace}`,
        parameters: {
          OBJECTS: mixed.map((each) => `-/${each.kind}/${each.metadata.name}`).join(' '),
          RELEASE: release,
          RELEASE_NAMESPACE: namespace,
        },
      },
    },
  ];
}
