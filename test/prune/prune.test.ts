/** What is deleted, what never is, and that nothing is lost or deleted twice when the program dies in between. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { crdManifest } from '../../src/linkerd/crds.ts';
import type { KubeObject } from '../../src/practice/kube-client.ts';
import { type Practice, startPractice } from '../../src/practice/start-practice.ts';
import type { ActionNote } from '../../src/state/session.ts';
import { objectName } from '../../src/steps/prune/plan.ts';
import { Died, performed, planIn, planned } from './program.ts';

let practice: Practice;
beforeAll(async () => {
  practice = await startPractice({ mesh: 'none', speed: 100 });
});
afterAll(() => practice.stop());

const own = { 'linkerd.io/control-plane-ns': 'linkerd' };
const object = (
  kind: string,
  name: string,
  more: {
    apiVersion?: string;
    namespace?: string;
    labels?: Record<string, string>;
    [key: string]: unknown;
  } = {},
): KubeObject => {
  const { apiVersion = 'v1', namespace, labels = own, ...rest } = more;
  return {
    apiVersion,
    kind,
    metadata: { name, labels, ...(namespace === undefined ? {} : { namespace }) },
    ...rest,
  } as KubeObject;
};
const rbac = 'rbac.authorization.k8s.io/v1';
const refOf = ({ apiVersion, kind, metadata }: KubeObject) => {
  const resource = kind === 'NetworkPolicy' ? 'networkpolicies' : `${kind.toLowerCase()}s`;
  return { apiVersion, resource, ...(metadata.namespace ? { namespace: metadata.namespace } : {}) };
};
async function there(...objects: KubeObject[]): Promise<void> {
  for (const one of objects) {
    if ((await practice.client.get(refOf(one), one.metadata.name)) === undefined) {
      await practice.client.create(refOf(one), one);
    }
  }
}
const exists = async (one: KubeObject) =>
  (await practice.client.get(refOf(one), one.metadata.name)) !== undefined;
const printed = (...objects: unknown[]) => objects.map((one) => `---\n${stringify(one)}`).join('');
const names = (rows: readonly { kind: string; namespace?: string; name: string }[]) => rows.map(objectName);

const home = object('Namespace', 'linkerd', { labels: {} });
const config = object('ConfigMap', 'linkerd-old', { namespace: 'linkerd' });
const secret = object('Secret', 'linkerd-tap-k8s-tls', { namespace: 'linkerd' });
const role = object('ClusterRole', 'linkerd-linkerd-tap', { apiVersion: rbac, rules: [] });
const left = [config, secret, role];

const definition = (name: string): KubeObject =>
  crdManifest({ name, versions: ['v1alpha1'], storage: 'v1alpha1' }, own, {}) as never;
const splits = definition('trafficsplits.split.smi-spec.io');
const links = definition('egressnetworks.policy.linkerd.io');
const split = object('TrafficSplit', 'web', {
  apiVersion: 'split.smi-spec.io/v1alpha1',
  namespace: 'shop',
  spec: {},
});

beforeEach(async () => {
  await there(home, ...left);
});

describe('what is deleted', () => {
  test('what is listed goes, in an order in which callers go before what they call, and is gone', async () => {
    const plan = planIn(await planned(practice, printed(role, secret, config)));
    expect(names(plan.rows)).toEqual([
      'ConfigMap linkerd/linkerd-old',
      'Secret linkerd/linkerd-tap-k8s-tls',
      'ClusterRole linkerd-linkerd-tap',
    ]);
    expect(await performed(practice, plan)).toMatchObject({ ok: true, detail: '3 of 3 objects deleted.' });
    for (const one of left) expect(await exists(one)).toBe(false);
  });

  test('what is left out stays', async () => {
    const plan = planIn(await planned(practice, printed(secret, config)));
    const excluded = [plan.rows[1]!.id];
    expect(await performed(practice, plan, { excluded })).toMatchObject({ ok: true });
    expect(await exists(config)).toBe(false);
    expect(await exists(secret)).toBe(true);
  });

  test('of what stays nothing goes; the rest with the label does, but for what belongs to something else', async () => {
    const others = [
      object('ConfigMap', 'tap', { namespace: 'linkerd', labels: { ...own, 'linkerd.io/extension': 'viz' } }),
      object('ConfigMap', 'cni', {
        namespace: 'linkerd',
        labels: { ...own, 'linkerd.io/cni-resource': 'true' },
      }),
      object('ConfigMap', 'chart', {
        namespace: 'linkerd',
        labels: { ...own, 'app.kubernetes.io/managed-by': 'Helm' },
      }),
      object('ConfigMap', 'theirs', { namespace: 'shop' }),
      object('ConfigMap', 'second', {
        namespace: 'linkerd',
        labels: { 'linkerd.io/control-plane-ns': 'other' },
      }),
      object('ConfigMap', 'linkerd-config', { namespace: 'linkerd' }),
      object('Secret', 'linkerd-config-overrides', { namespace: 'linkerd' }),
      object('Secret', 'linkerd-identity-issuer', { namespace: 'linkerd' }),
    ];
    await there(...others);
    const keep = { list: undefined, keep: 'what stays' };
    const plan = planIn(await planned(practice, printed(secret), keep));
    expect(names(plan.rows)).toEqual(['ConfigMap linkerd/linkerd-old', 'ClusterRole linkerd-linkerd-tap']);
    expect(names(plan.left).sort()).toEqual(
      others
        .filter(({ metadata }) => metadata.name !== 'second')
        .map((one) => objectName({ kind: one.kind, ...one.metadata } as never))
        .sort(),
    );
    await performed(practice, plan, { spec: keep });
    for (const one of [secret, ...others]) expect(await exists(one), one.metadata.name).toBe(true);
    for (const one of others) await practice.client.delete(refOf(one), one.metadata.name);
  });
});

describe('what is never deleted', () => {
  test('what does not carry the label, namespaces and volumes, whatever is listed', async () => {
    const listed = [
      object('Namespace', 'shop'),
      object('PersistentVolumeClaim', 'data', {
        namespace: 'linkerd',
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      }),
      object('ConfigMap', 'mine', { namespace: 'linkerd', labels: {} }),
      object('Service', 'kubernetes', { namespace: 'default' }),
    ];
    await there(listed[1]!, listed[2]!);
    const answer = await planned(practice, printed(...listed));
    expect(answer.type).toBe('nothing');
    const { detail } = answer as { detail: string };
    expect(detail).toContain('Namespace shop: A Namespace is never deleted here.');
    expect(detail).toContain(
      'PersistentVolumeClaim linkerd/data: A PersistentVolumeClaim is never deleted here.',
    );
    expect(detail).toContain(
      'ConfigMap linkerd/mine: It does not carry the label linkerd.io/control-plane-ns=linkerd.',
    );
    expect(detail).toContain('Service default/kubernetes: It does not carry the label');
  });

  test('another object of the same name, made after it was agreed to', async () => {
    const plan = planIn(await planned(practice, printed(config)));
    await practice.client.delete(refOf(config), config.metadata.name);
    await there(config);
    expect(await performed(practice, plan)).toMatchObject({ ok: true, sent: [] });
    expect(await exists(config)).toBe(true);
  });

  test('an object that has lost its label since', async () => {
    const plan = planIn(await planned(practice, printed(config)));
    await practice.client.patch(refOf(config), config.metadata.name, 'merge', {
      metadata: { labels: { 'linkerd.io/control-plane-ns': null } },
    });
    expect(await performed(practice, plan)).toMatchObject({ ok: false, sent: [] });
    expect(await exists(config)).toBe(true);
    await practice.client.delete(refOf(config), config.metadata.name);
  });
});

describe('definitions', () => {
  beforeEach(async () => {
    await there(splits, links);
    await expect
      .poll(() =>
        there(split).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
  });

  test('one that has resources stays until it is asked for by itself; one without goes', async () => {
    const plan = planIn(await planned(practice, printed(splits, links)));
    expect(names(plan.rows)).toEqual(['CustomResourceDefinition egressnetworks.policy.linkerd.io']);
    expect(plan.left).toEqual([
      expect.objectContaining({
        name: 'trafficsplits.split.smi-spec.io',
        why: 'It has 1 resource, which would be deleted with it.',
      }),
    ]);
    expect(await performed(practice, plan)).toMatchObject({ ok: true });
    expect(await exists(split)).toBe(true);

    const what = { what: 'definitions' };
    const confirmed = planIn(await planned(practice, printed(splits), what));
    expect(confirmed.rows).toEqual([
      expect.objectContaining({ name: 'trafficsplits.split.smi-spec.io', resources: 1 }),
    ]);
    expect(await performed(practice, confirmed, { spec: what })).toMatchObject({ ok: true });
    expect(await exists(splits)).toBe(false);
  });

  test('there is nothing to confirm where none has resources', async () => {
    const answer = await planned(practice, printed(links), { what: 'definitions' });
    expect(answer).toEqual({ type: 'nothing', detail: 'No definition that has resources is to go.' });
  });

  test('resources that came after it was agreed to save it', async () => {
    await practice.client.delete(refOf(split), 'web');
    const plan = planIn(await planned(practice, printed(splits)));
    await there(split);
    const { ok, detail } = await performed(practice, plan);
    expect(ok).toBe(false);
    expect(detail).toContain('It has 1 resource now, and no resources when it was agreed to.');
    expect(await exists(split)).toBe(true);
  });

  test('one whose resources may not be counted counts as one that has some', async () => {
    const unserved = definition('links.multicluster.linkerd.io');
    unserved.spec.versions[0].served = false;
    await there(unserved);
    const answer = await planned(practice, printed(unserved));
    expect(answer).toMatchObject({ type: 'nothing' });
    expect((answer as { detail: string }).detail).toContain('resources that cannot be counted');
  });
});

describe('what a command may print', () => {
  test.each([
    ['no YAML', 'a: [b', 'document 2'],
    ['no object', '---\nhello: world\n', 'no apiVersion, kind and name'],
    [
      'a name that leads elsewhere',
      printed(object('Secret', '..', { namespace: 'linkerd' })),
      'no apiVersion',
    ],
    ['a path for a name', printed(object('Secret', 'a/b', { namespace: 'linkerd' })), 'no apiVersion'],
    ['a path for a namespace', printed(object('Secret', 'a', { namespace: '..' })), 'no apiVersion'],
    [
      'a bomb',
      `a: &a [1]\n${[...'bcdefghi'].map((c, i) => `${c}: &${c} [${`*${'abcdefghi'[i]},`.repeat(9)}]`).join('\n')}\n`,
      'cannot be read',
    ],
  ])('%s is refused as a whole', async (_, text, why) => {
    const answer = await planned(practice, `${printed(config)}---\n${text}`);
    expect(answer.type).toBe('impossible');
    expect((answer as { detail: string }).detail).toContain(why);
  });

  test('where what stays is nothing at all, nothing goes', async () => {
    const answer = await planned(practice, '', { list: undefined, keep: 'what stays' });
    expect(answer).toMatchObject({ type: 'impossible' });
  });

  test('a command that failed says nothing', async () => {
    const answer = await planned(practice, printed(config), {}, { code: 1 });
    expect(answer).toMatchObject({ type: 'impossible' });
    expect((answer as { detail: string }).detail).toContain('ended with exit code 1');
  });

  test('a list in a List, one object twice, what is gone, and kinds that nobody serves', async () => {
    const list = {
      apiVersion: 'v1',
      kind: 'List',
      items: [config, config, object('Secret', 'gone', { namespace: 'linkerd' })],
    };
    const strange = object('Gremlin', 'x', { apiVersion: 'example.com/v1' });
    const plan = planIn(await planned(practice, printed(list, strange)));
    expect(names(plan.rows)).toEqual(['ConfigMap linkerd/linkerd-old']);
    expect(plan.left).toEqual([]);
  });

  test('what may not be looked at is said, and is not deleted', async () => {
    const kubeconfig = practice.viewerKubeconfig;
    const answer = await planned(practice, printed(config, secret), {}, { kubeconfig });
    const plan = planIn(answer);
    expect(names(plan.rows)).toEqual(['ConfigMap linkerd/linkerd-old']);
    expect(plan.unseen.join()).toContain('Secret: ');
  });

  test('a thousand objects', async () => {
    const many = Array.from({ length: 1000 }, (_, index) =>
      object('ConfigMap', `old-${index}`, { namespace: 'linkerd' }),
    );
    for (const one of many.slice(0, 500)) await practice.client.create(refOf(one), one);
    const plan = planIn(await planned(practice, printed(...many)));
    expect(plan.rows).toHaveLength(500);
    expect(await performed(practice, plan)).toMatchObject({
      ok: true,
      detail: '500 of 500 objects deleted.',
    });
  }, 60_000);
});

test('killed at any moment and taken up again, everything goes exactly once', async () => {
  let total = 1;
  for (let dieAt = 1; dieAt <= total; dieAt += 1) {
    await there(...left);
    const plan = planIn(await planned(practice, printed(...left)));
    const notes: ActionNote[] = [];
    const first = await performed(practice, plan, { notes, dieAt }).catch((error: unknown) => {
      if (!(error instanceof Died)) throw error;
    });
    if (dieAt === 1) {
      expect(first).toBeUndefined();
      await there(...left);
      total = (await performed(practice, planIn(await planned(practice, printed(...left))))).points;
      expect(total).toBeGreaterThan(15);
      continue;
    }
    // Nothing is gone of which there is no line.
    for (const one of left) {
      const line = `Deleting ${objectName({ kind: one.kind, ...one.metadata } as never)}.`;
      if (!(await exists(one))) expect(notes.map(({ text }) => text)).toContain(line);
    }
    expect(await performed(practice, plan, { notes })).toMatchObject({
      ok: true,
      detail: '3 of 3 objects deleted.',
    });
    for (const one of left) expect(await exists(one)).toBe(false);
    expect(notes.filter(({ text }) => text.startsWith('Deleting')).length).toBe(3);
  }
}, 60_000);
