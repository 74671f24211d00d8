import { describe, expect, test } from 'vitest';
import { mixedVersionsDetector } from '../../../src/diagnosis/detectors/control-plane.ts';
import { dataPlaneDetector } from '../../../src/diagnosis/detectors/data-plane.ts';
import { pinsDetector } from '../../../src/diagnosis/detectors/pins.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { Snapshot, SnapshotObject } from '../../../src/diagnosis/snapshot.ts';
import { denied, snapshotOf } from '../../helpers/snapshot.ts';
import { meshedPod, namespace, thing } from '../mesh-objects.ts';
import { controlPlane } from './releases.ts';

const look = (snapshot: Snapshot) =>
  diagnose(snapshot, [dataPlaneDetector, pinsDetector, mixedVersionsDetector]);

const NEW = 'stable-2.14.10';
const mesh = [...controlPlane(NEW), namespace('shop')];
const VERSION = 'config.linkerd.io/proxy-version';

const template = (kind: string, annotations = {}): SnapshotObject =>
  thing(kind, 'web', { template: { metadata: { annotations } } });

describe('proxies', () => {
  test('of the control plane’s own version are as they should be', () => {
    expect(look(snapshotOf([...mesh, meshedPod('web-1')])).findings).toEqual([]);
  });

  test('one version behind are a warning, with what a restart needs', () => {
    const { findings } = look(
      snapshotOf([...mesh, meshedPod('web-1', { version: 'stable-2.13.7' }), meshedPod('web-2')]),
    );
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      code: 'data-plane-behind',
      severity: 'warning',
      certainty: 'confirmed',
      title: `Proxies of shop/web are behind, stable-2.13.7 under ${NEW}`,
      subjects: [{ kind: 'Deployment', namespace: 'shop', name: 'web' }],
      evidence: [
        { ref: 'ConfigMap linkerd/linkerd-config', value: NEW },
        { ref: 'Pod shop/web-1', value: 'stable-2.13.7', expected: NEW },
      ],
      remedy: { parameters: { RELEASE: NEW, PINS: 'none' } },
    });
  });

  test('of Jobs get theirs with the next run', () => {
    const labels = { 'linkerd.io/proxy-job': 'report' };
    const pod = meshedPod('report-1', { version: 'stable-2.13.7', labels });
    const { 'linkerd.io/proxy-deployment': _, ...rest } = pod.metadata.labels ?? {};
    const job = { ...pod, metadata: { ...pod.metadata, labels: rest } };
    expect(look(snapshotOf([...mesh, job])).findings).toEqual([]);
  });

  test('two versions behind are an error', () => {
    const { findings } = look(snapshotOf([...mesh, meshedPod('web-1', { version: 'stable-2.12.6' })]));
    expect(findings).toMatchObject([
      { code: 'data-plane-too-old', severity: 'error', certainty: 'confirmed' },
    ]);
  });

  test('two versions behind what is upgraded to block the upgrade', () => {
    const old = [...controlPlane('stable-2.13.7'), meshedPod('web-1', { version: 'stable-2.12.6' })];
    expect(look(snapshotOf(old)).findings).toMatchObject([{ code: 'data-plane-behind' }]);
    expect(look(snapshotOf(old, { walk: { target: NEW } })).findings).toMatchObject([
      {
        code: 'data-plane-too-old',
        severity: 'blocker',
        title: `Proxies of shop/web are more than one version behind, stable-2.12.6 under ${NEW}`,
        remedy: { parameters: { RELEASE: 'stable-2.13.7' } },
      },
    ]);
  });

  test('newer than the control plane are an error, unless the configuration gives them', () => {
    const pod = meshedPod('web-1', { version: NEW });
    const { findings } = look(snapshotOf([...controlPlane('stable-2.13.7'), pod]));
    expect(findings).toMatchObject([
      {
        code: 'data-plane-ahead',
        severity: 'error',
        title: `Proxies of shop/web are newer than stable-2.13.7: ${NEW}`,
      },
    ]);
    const given = controlPlane('stable-2.13.7', {}, { proxy: { image: { version: NEW } } });
    expect(look(snapshotOf([...given, pod])).findings).toEqual([]);
  });

  test('under a control plane of two versions are its symptom', () => {
    const mixed = controlPlane(NEW, { 'linkerd-proxy-injector': 'stable-2.13.7' });
    const { findings } = look(snapshotOf([...mixed, meshedPod('web-1', { version: 'stable-2.13.7' })]));
    expect(findings.map(({ code, symptomOf }) => [code, symptomOf])).toEqual([
      ['control-plane-mixed-versions', undefined],
      ['data-plane-behind', 'control-plane-mixed-versions'],
    ]);
  });

  test('of a version that nobody knows cannot be told', () => {
    expect(look(snapshotOf([...mesh, meshedPod('web-1', { version: 'git-1a2b3c' })])).findings).toMatchObject(
      [{ code: 'data-plane-too-old', certainty: 'undetermined', evidence: [{ value: 'git-1a2b3c' }] }],
    );
    const unread = { objects: { pods: denied() } };
    const { findings, notChecked } = look(snapshotOf([...mesh, meshedPod('web-1')], unread));
    expect(findings).toEqual([]);
    expect(notChecked[0]?.codes).toContain('data-plane-behind');
  });

  test('of an extension are upgraded with it', () => {
    const pod = meshedPod('web-1', { version: 'stable-2.13.7', labels: { 'linkerd.io/extension': 'viz' } });
    expect(look(snapshotOf([...mesh, pod])).findings).toEqual([]);
  });
});

describe('pins', () => {
  const pinned = meshedPod('web-1', {
    version: 'stable-2.13.7',
    annotations: { [VERSION]: 'stable-2.13.7' },
  });

  test('of a workload stand in its template', () => {
    const objects = [...mesh, pinned, template('Deployment', { [VERSION]: 'stable-2.13.7' })];
    const { findings } = look(snapshotOf(objects));
    const parameters = { RELEASE: NEW, PINS: 'shop/deployment/web=stable-2.13.7' };
    expect(findings).toMatchObject([
      { code: 'data-plane-behind', remedy: { parameters } },
      {
        code: 'proxies-pinned',
        severity: 'warning',
        title: 'deployment shop/web pins its proxies to stable-2.13.7',
        evidence: [
          {
            ref: 'Deployment shop/web',
            path: 'spec.template.metadata.annotations.config\\.linkerd\\.io/proxy-version',
            value: 'stable-2.13.7',
          },
        ],
        remedy: { parameters },
      },
    ]);
  });

  test('of a namespace stand there', () => {
    const rest = mesh.filter(({ kind }) => kind !== 'Namespace');
    const objects = [
      ...rest,
      namespace('shop', { [VERSION]: NEW }),
      meshedPod('web-1'),
      template('Deployment'),
    ];
    expect(look(snapshotOf(objects)).findings).toMatchObject([
      {
        code: 'proxies-pinned',
        subjects: [{ kind: 'Namespace', name: 'shop' }],
        remedy: { parameters: { PINS: `shop/namespace/shop=${NEW}` } },
      },
    ]);
  });

  test('of an image are looked at by hand; an image of another registry pins nothing', () => {
    const image = (value: string) =>
      look(
        snapshotOf([
          ...mesh,
          meshedPod('web-1', { annotations: { 'config.linkerd.io/proxy-image': value } }),
          template('Deployment', { 'config.linkerd.io/proxy-image': value }),
        ]),
      ).findings;
    expect(image('registry.example:5000/linkerd/proxy')).toEqual([]);
    expect(image('registry.example:5000/linkerd/proxy:mine')).toMatchObject([
      { code: 'proxies-pinned', remedy: { parameters: { PINS: 'none' } } },
    ]);
  });

  test('cannot be looked for without the namespaces', () => {
    const { notChecked } = look(snapshotOf([...mesh, pinned], { objects: { namespaces: denied() } }));
    expect(notChecked).toMatchObject([{ part: 'namespaces', codes: ['proxies-pinned'] }]);
  });
});
