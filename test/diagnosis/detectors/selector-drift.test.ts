import { describe, expect, test } from 'vitest';
import { selectorDriftDetector } from '../../../src/diagnosis/detectors/selector-drift.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { Snapshot, SnapshotObject } from '../../../src/diagnosis/snapshot.ts';
import { controlPlaneManifests } from '../../../src/linkerd/control-plane.ts';
import { knownVersions } from '../../../src/linkerd/facts.ts';
import { denied, snapshotOf } from '../../helpers/snapshot.ts';

async function rendered(version: string): Promise<SnapshotObject[]> {
  const manifests = await controlPlaneManifests(version);
  return manifests.filter(
    ({ kind, metadata }) => kind === 'Deployment' || metadata.name === 'linkerd-config',
  );
}

/** The control plane with another selector on linkerd-destination. */
async function drifted(matchLabels: Record<string, string>, labels = {}): Promise<SnapshotObject[]> {
  return (await rendered('stable-2.13.7')).map((object) => {
    if (object.metadata.name !== 'linkerd-destination') return object;
    const spec = object.spec as { selector: { matchLabels: object } };
    const selector = { matchLabels: { ...spec.selector.matchLabels, ...matchLabels } };
    return {
      ...object,
      metadata: { ...object.metadata, labels: { ...object.metadata.labels, ...labels } },
      spec: { ...spec, selector },
    };
  });
}

const look = (snapshot: Snapshot) => diagnose(snapshot, [selectorDriftDetector]);

describe('the selectors of the control plane', () => {
  test.each(knownVersions)('of %s are as rendered', async (version) => {
    expect(look(snapshotOf(await rendered(version))).findings).toEqual([]);
  });

  test('have a label too many', async () => {
    const { findings } = look(snapshotOf(await drifted({ team: 'platform' })));
    expect(findings).toMatchObject([
      {
        code: 'selector-drift',
        severity: 'blocker',
        certainty: 'likely',
        subjects: [{ name: 'linkerd-destination' }],
        evidence: [{ path: 'spec.selector.matchLabels.team', value: 'platform', expected: 'not set' }],
      },
    ]);
    const [name, selector] = findings[0]!.remedy.parameters!.SELECTORS!.split('=', 2);
    expect(name).toBe('linkerd-destination');
    expect(JSON.parse(selector!)).toEqual({
      'linkerd.io/control-plane-component': 'destination',
      'linkerd.io/control-plane-ns': 'linkerd',
      'linkerd.io/proxy-deployment': 'linkerd-destination',
    });
  });

  test('were refused: then it is known', async () => {
    const line =
      'The Deployment "linkerd-destination" is invalid: spec.selector: Invalid value: {"matchLabels":{}}: field is immutable';
    const step = { title: 'Upgrade', kind: 'shell', detail: 'exit 1', output: [line] };
    const { findings } = look(snapshotOf(await drifted({ team: 'platform' }), { walk: { step } }));
    expect(findings[0]).toMatchObject({
      certainty: 'confirmed',
      evidence: [{ kind: 'output', value: line }, {}],
    });
  });

  test('that a pipeline may render so are undetermined', async () => {
    const objects = await drifted({ team: 'platform' }, { 'argocd.argoproj.io/instance': 'mesh' });
    expect(look(snapshotOf(objects)).findings).toMatchObject([{ certainty: 'undetermined' }]);
  });

  test('cannot be seen without Deployments', () => {
    const { notChecked } = look(snapshotOf([], { objects: { deployments: denied() } }));
    expect(notChecked).toMatchObject([{ codes: ['selector-drift'] }]);
  });
});
