import { describe, expect, test } from 'vitest';
import { storedOverridesDetector } from '../../../src/diagnosis/detectors/stored-overrides.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { Snapshot, SnapshotObject } from '../../../src/diagnosis/snapshot.ts';
import { denied, snapshotOf } from '../../helpers/snapshot.ts';

const config = (version: string): SnapshotObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'linkerd-config', namespace: 'linkerd' },
  data: { values: `linkerdVersion: ${version}\n` },
});

const deployment = (by: string, labels: Record<string, string> = {}): SnapshotObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'linkerd-identity',
    namespace: 'linkerd',
    labels: { 'linkerd.io/control-plane-component': 'identity', ...labels },
    annotations: { 'linkerd.io/created-by': by },
  },
});

const secret = (name: string, labels: Record<string, string>): SnapshotObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: 'linkerd', labels },
});

const look = (snapshot: Snapshot) => diagnose(snapshot, [storedOverridesDetector]);
const stored = secret('linkerd-config-overrides', { 'linkerd.io/control-plane-ns': 'linkerd' });
const release = secret('sh.helm.release.v1.linkerd-control-plane.v1', {
  owner: 'helm',
  name: 'linkerd-control-plane',
  version: '1',
  status: 'deployed',
});

describe('the stored overrides', () => {
  test('of a mesh of the CLI are missing', () => {
    const objects = [config('stable-2.13.7'), deployment('linkerd/cli stable-2.13.7')];
    expect(look(snapshotOf(objects)).findings).toMatchObject([
      {
        code: 'overrides-missing',
        severity: 'blocker',
        certainty: 'confirmed',
        remedy: {
          parameters: { OWNER: 'cli', LINKERD_NAMESPACE: 'linkerd', RUNNING: 'stable-2.13.7' },
        },
      },
    ]);
  });

  test('are none of a mesh of Helm, of a rendered chart, or where there is no mesh', () => {
    const helm = [config('stable-2.13.7'), deployment('linkerd/helm stable-2.13.7')];
    const adopted = [config('stable-2.13.7'), deployment('linkerd/cli stable-2.13.7'), release];
    expect(look(snapshotOf(helm)).findings).toEqual([]);
    expect(look(snapshotOf(adopted)).findings).toEqual([]);
    expect(look(snapshotOf([])).findings).toEqual([]);
  });

  test('without their label are pruned by the upgrades up to 2.12', () => {
    const bare = secret('linkerd-config-overrides', {});
    const with_ = (version: string) =>
      look(snapshotOf([config(version), deployment(`linkerd/cli ${version}`), bare])).findings;
    expect(with_('stable-2.9.1')).toMatchObject([{ code: 'overrides-unlabelled', severity: 'warning' }]);
    expect(with_('stable-2.14.10')).toMatchObject([{ code: 'overrides-unlabelled', severity: 'info' }]);
    const objects = [config('stable-2.9.1'), deployment('linkerd/cli stable-2.9.1'), stored];
    expect(look(snapshotOf(objects)).findings).toEqual([]);
  });

  test('that were asked for on a mesh of Helm are the wrong tool', () => {
    const walk = (line: string): Pick<Snapshot, 'walk'> => ({
      walk: {
        step: {
          title: 'Upgrade',
          kind: 'shell',
          detail: 'exit 1',
          output: [line, 'error: no objects passed to apply'],
        },
      },
    });
    const helm = [config('stable-2.13.7'), deployment('linkerd/helm stable-2.13.7'), release];
    for (const line of [
      'Could not find the Linkerd config. If Linkerd was installed with Helm, please',
      'Could not find the linkerd-config-overrides secret.',
      'Error from server (NotFound): secrets "linkerd-config-overrides" not found',
    ]) {
      expect(look(snapshotOf(helm, walk(line))).findings).toMatchObject([
        { code: 'upgrade-by-wrong-tool', remedy: { parameters: { OWNER: 'helm' } } },
      ]);
    }
    const cli = [config('stable-2.13.7'), deployment('linkerd/cli stable-2.13.7')];
    const said = walk('Could not find the linkerd-config-overrides secret.');
    expect(look(snapshotOf(cli, said)).findings.map(({ code }) => code)).toEqual(['overrides-missing']);
  });

  test('cannot be seen without Secrets', () => {
    const objects = [config('stable-2.13.7'), deployment('linkerd/cli stable-2.13.7')];
    const { findings, notChecked } = look(snapshotOf(objects, { objects: { secrets: denied() } }));
    expect(findings).toEqual([]);
    expect(notChecked[0]?.codes).toContain('overrides-missing');
  });
});
