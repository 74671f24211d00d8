import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findTools } from '../../src/practice/tools.ts';
import { type Bed, configMap, createBed, serverCrd, WEB } from './fixtures.ts';

let bed: Bed;
beforeAll(async () => {
  bed = await createBed();
});
afterAll(() => bed.dispose());

const kubectl = (args: string | string[], stdin?: string) => bed.tools.kubectl(args, stdin);
/** The output of a command that must succeed. */
const ok = async (args: string | string[], stdin?: string) => {
  const { code, stdout, stderr } = await kubectl(args, stdin);
  expect({ args, code, stderr: stderr.replace(/^(Warning|No resources).*\n/gm, '') }).toEqual({
    args,
    code: 0,
    stderr: '',
  });
  return stdout;
};
/** The complaint of a command that must fail. */
const fails = async (args: string | string[], stdin?: string) => {
  const { code, stderr, stdout } = await kubectl(args, stdin);
  expect({ args, failed: code !== 0 }).toEqual({ args, failed: true });
  return stderr || stdout;
};
const rows = (table: string) =>
  table
    .trim()
    .split('\n')
    .map((line) => line.split(/\s{2,}/));

describe('what there is', () => {
  test('versions, resources and the address of the cluster', async () => {
    expect(await ok('version')).toMatch(/Server Version: v1\.3\d\./);
    const resources = await ok('api-resources');
    expect(resources).toMatch(/^deployments +deploy +apps\/v1 +true +Deployment$/m);
    expect(resources).toMatch(/^mutatingwebhookconfigurations .*false +MutatingWebhookConfiguration$/m);
    expect((await ok('api-versions')).split('\n')).toEqual(
      expect.arrayContaining(['v1', 'apps/v1', 'policy/v1']),
    );
    expect(await ok('cluster-info')).toContain(`running at`);
    expect(await ok('explain deployment')).toMatch(/GROUP: +apps\nKIND: +Deployment/);
    expect(await fails('top pods')).toContain('Metrics API not available');
    expect(await ok('get --raw /readyz')).toBe('ok');
  });

  test('what it does not know is refused in the words of a real server', async () => {
    expect(await fails('get pods/none')).toBe('Error from server (NotFound): pods "none" not found\n');
    expect(await fails('get gizmos')).toContain(`the server doesn't have a resource type "gizmos"`);
    expect(await fails('get configmaps --field-selector spec.x=1')).toContain(
      '"spec.x" is not a known field selector: only "metadata.name", "metadata.namespace"',
    );
    expect(await fails('create configmap x -n nowhere')).toContain('namespaces "nowhere" not found');
  });
});

describe('a manifest, from the first apply to the last delete', () => {
  test('is created, then unchanged; a difference is shown and then applied', async () => {
    expect(await ok('apply -f -', WEB)).toBe(
      'deployment.apps/web created\nservice/web created\nconfigmap/web created\n',
    );
    expect(await ok('apply -f -', WEB)).toBe(
      'deployment.apps/web unchanged\nservice/web unchanged\nconfigmap/web unchanged\n',
    );
    expect(await ok('diff -f -', WEB)).toBe('');
    const next = WEB.replace('nginx:1.25', 'nginx:1.26');
    const difference = await kubectl('diff -f -', next);
    expect(difference.code).toBe(1);
    expect(difference.stdout).toContain('-        image: nginx:1.25\n+        image: nginx:1.26');
    expect(await ok('apply --dry-run=server -f -', next)).toContain(
      'deployment.apps/web configured (server dry run)',
    );
    expect(await ok('get deploy web -o jsonpath={..image}')).toBe('nginx:1.25');
    expect(await ok('apply -f -', next)).toContain('deployment.apps/web configured');
    expect(await ok('get deploy web -o jsonpath={..image}')).toBe('nginx:1.26');
  });

  test('is printed in every form', async () => {
    const [head, row] = rows(await ok('get deploy -o wide --show-labels'));
    expect(head).toEqual([
      'NAME',
      'READY',
      'UP-TO-DATE',
      'AVAILABLE',
      'AGE',
      'CONTAINERS',
      'IMAGES',
      'SELECTOR',
      'LABELS',
    ]);
    expect(row?.slice(0, 4)).toEqual(['web', '0/2', '0', '0']);
    expect(row?.slice(5)).toEqual(['web', 'nginx:1.26', 'app=web', 'app=web']);
    expect(rows(await ok('get svc web'))[1]?.slice(0, 5)).toEqual([
      'web',
      'ClusterIP',
      expect.stringMatching(/^10\.96\./),
      '<none>',
      '80/TCP',
    ]);
    expect(await ok('get deploy,svc,cm -l app=web -o name')).toBe(
      'deployment.apps/web\nservice/web\nconfigmap/web\n',
    );
    expect(await ok('get cm -A -l app -o custom-columns=NS:.metadata.namespace,NAME:.metadata.name')).toBe(
      'NS        NAME\ndefault   web\n',
    );
    expect(JSON.parse(await ok('get cm web -o json')).data).toEqual({ greeting: 'hello' });
    expect(await ok('get cm web -o yaml')).toContain('  greeting: hello\n');
    expect(await ok('get ns --sort-by=.metadata.name -o jsonpath={.items[*].metadata.name}')).toBe(
      'default kube-node-lease kube-public kube-system',
    );
    expect(await ok('get ns --chunk-size=1 --field-selector metadata.name!=default -o name')).not.toContain(
      'namespace/default',
    );
    expect(await ok(['get', 'cm', '-l', 'app notin (web),x!=y,!z', '-o', 'name'])).toBe(
      'configmap/kube-root-ca.crt\n',
    );
  });

  test('is watched, line by line', async () => {
    const { paths } = await findTools(['kubectl'], { prefer: 'bundled' });
    const env = { KUBECONFIG: bed.tools.kubeconfig, HOME: bed.tools.folder };
    const child = spawn(paths.kubectl!, ['get', 'cm', '-w'], { env });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    await expect.poll(() => output, { timeout: 10_000 }).toMatch(/^NAME +DATA +AGE\n[\s\S]*web /);
    const list = { apiVersion: 'v1', kind: 'List', items: [configMap('first'), configMap('second')] };
    expect(await ok('apply -f -', JSON.stringify(list))).toBe(
      'configmap/first created\nconfigmap/second created\n',
    );
    await expect.poll(() => output, { timeout: 10_000 }).toMatch(/\nfirst +0 +\ds\nsecond +0 +\ds\n/);
    const ended = new Promise((resolve) => child.on('close', resolve));
    child.kill('SIGINT');
    await ended;
    await ok('delete cm first second');
  });

  test('is described', async () => {
    expect(await ok('describe deploy web')).toMatch(
      /StrategyType: +RollingUpdate[\s\S]*25% max unavailable, 25% max surge[\s\S]*MODE: +plain/,
    );
    expect(await ok('describe svc web')).toMatch(/Selector: +app=web[\s\S]*Port: +<unset> {2}80\/TCP/);
    expect(await ok('describe ns default')).toMatch(/Status: +Active/);
  });

  test('takes labels, annotations, a new image, a scale, and patches of three types', async () => {
    expect(await ok('label deploy web tier=front')).toBe('deployment.apps/web labeled\n');
    expect(await ok('annotate deploy web note=kept')).toBe('deployment.apps/web annotated\n');
    expect(await ok('set image deploy/web web=nginx:2')).toBe('deployment.apps/web image updated\n');
    expect(await ok('scale deploy web --replicas=5')).toBe('deployment.apps/web scaled\n');
    expect(
      await ok([
        'patch',
        'deploy',
        'web',
        '-p',
        '{"spec":{"template":{"spec":{"containers":[{"name":"web","env":[{"name":"MORE","value":"1"}]}]}}}}',
      ]),
    ).toContain('patched');
    expect(await ok(['patch', 'deploy', 'web', '--type=merge', '-p', '{"spec":{"replicas":3}}'])).toContain(
      'patched',
    );
    expect(
      await ok([
        'patch',
        'deploy',
        'web',
        '--type=json',
        '-p',
        '[{"op":"remove","path":"/metadata/annotations/note"}]',
      ]),
    ).toContain('patched');
    const web = JSON.parse(await ok('get deploy web -o json'));
    expect(web.spec.replicas).toBe(3);
    expect(web.metadata.labels.tier).toBe('front');
    expect(web.metadata.annotations.note).toBeUndefined();
    expect(web.spec.template.spec.containers).toMatchObject([
      { image: 'nginx:2', env: [{ name: 'MORE' }, { name: 'MODE' }] },
    ]);
    expect(
      await fails([
        'patch',
        'deploy',
        'web',
        '--type=merge',
        '-p',
        '{"spec":{"selector":{"matchLabels":{"a":"b"}}}}',
      ]),
    ).toMatch(/The Deployment "web" is invalid: .*field is immutable/s);
  });

  test('goes over to server-side apply, with conflicts and force', async () => {
    const conflict = await fails('apply --server-side -f -', WEB);
    expect(conflict).toContain('conflicts with "kubectl-set" using apps/v1');
    expect(conflict).toContain('- .spec.template.spec.containers[name="web"].image');
    expect(await ok('apply --server-side --force-conflicts -f -', WEB)).toContain(
      'deployment.apps/web serverside-applied',
    );
    expect(await ok('get deploy web -o jsonpath={..image}{.spec.replicas}')).toBe('nginx:1.252');
    const before = await ok('get deploy web -o jsonpath={.metadata.resourceVersion}');
    await ok('apply --server-side -f -', WEB);
    expect(await ok('get deploy web -o jsonpath={.metadata.resourceVersion}')).toBe(before);
  });

  test('is pruned, replaced, deleted by label, and waited for', async () => {
    const [first] = WEB.split('---');
    await ok('apply -f -', WEB);
    expect(await ok('apply --prune -l app=web --prune-allowlist=core/v1/ConfigMap -f -', first)).toContain(
      'configmap/web pruned',
    );
    await ok('create configmap other --from-literal=a=1');
    expect(
      await ok('replace -f -', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\ndata: {a: "2"}\n'),
    ).toBe('configmap/other replaced\n');
    expect(await ok('delete deploy,svc -l app=web --wait')).toContain('deployment.apps "web" deleted');
    await ok('wait --for=delete deploy/web --timeout=5s');
    expect(await ok('get deploy -o name')).toBe('');
    expect(await fails('delete configmap web')).toContain('configmaps "web" not found');
  });
});

describe('kinds that kubectl makes itself', () => {
  test('arrive whole, though it sends them as protobuf', async () => {
    await ok('create namespace tools');
    await ok('create deployment api --image=registry.example/api:2 --replicas=3 --port=8080 -n tools');
    const api = JSON.parse(await ok('get deploy api -n tools -o json'));
    expect(api.spec.replicas).toBe(3);
    expect(api.spec.template.spec.containers).toMatchObject([
      { name: 'api', image: 'registry.example/api:2', ports: [{ containerPort: 8080, protocol: 'TCP' }] },
    ]);
    await ok('create secret generic key --from-literal=word=open -n tools');
    expect(await ok('get secret key -n tools -o jsonpath={.data.word}')).toBe(
      Buffer.from('open').toString('base64'),
    );
    await ok('create service nodeport door --tcp=80:http -n tools');
    expect(rows(await ok('get svc door -n tools'))[1]?.[4]).toMatch(/^80:3\d{4}\/TCP$/);
    await ok(['create', 'cronjob', 'tick', '--image=x:1', '--schedule=*/5 * * * *', '-n', 'tools']);
    expect(rows(await ok('get cronjob -n tools'))[1]).toEqual(
      expect.arrayContaining(['tick', '*/5 * * * *', 'False', '0', '<none>']),
    );
    await ok('create pdb keep --selector=app=api --min-available=50% -n tools');
    expect(await ok('get pdb keep -n tools -o jsonpath={.spec.minAvailable}')).toBe('50%');
    await ok('delete namespace tools');
    expect(await ok('get ns -o name')).not.toContain('tools');
    expect(await fails('get deploy api -n tools')).toContain('not found');
  });
});

describe('who may do what', () => {
  test('the operator everything, a viewer only look, others what their roles say', async () => {
    expect(await ok('auth can-i create deployments')).toBe('yes\n');
    expect(await ok('auth can-i --list')).toMatch(/\*\.\* .*\[\*\]/);
    expect(await ok('auth whoami')).toContain('practice-admin');
    const viewer = await bed.tools.file('viewer', bed.api.viewerKubeconfig!);
    expect(await ok(`get pods -A --kubeconfig ${viewer}`)).toBe('');
    expect(await fails(`auth can-i delete pods --kubeconfig ${viewer}`)).toMatch(/^no/);
    expect(await fails(`get secrets -A --kubeconfig ${viewer}`)).toContain(
      'secrets is forbidden: User "practice-viewer" cannot list resource "secrets" in API group "" at the cluster scope',
    );
    expect(await fails(`delete configmap kube-root-ca.crt --kubeconfig ${viewer}`)).toContain('(Forbidden)');
    await ok('create clusterrole reader --verb=get --resource=pods');
    await ok('create clusterrolebinding reader --clusterrole=reader --user=sam');
    expect(await ok('auth can-i get pods --as sam')).toBe('yes\n');
    expect(await fails('auth can-i list pods --as sam')).toMatch(/^no/);
  });
});

describe('custom resources', () => {
  const server = (spec: string, version = 'v1beta1') =>
    `apiVersion: policy.example.io/${version}\nkind: Server\nmetadata: {name: web}\nspec: ${spec}\n`;

  test('exist as soon as their definition does, in each of its versions', async () => {
    expect(await fails('apply -f -', server('{port: 80}'))).toMatch(
      /no matches for kind "Server" in version "policy.example.io\/v1beta1"\nensure CRDs are installed first/,
    );
    const crd = JSON.stringify(serverCrd());
    await ok('apply -f -', crd);
    await ok('wait --for=condition=Established crd/servers.policy.example.io --timeout=5s');
    expect(await ok('apply -f -', server('{port: 80}'))).toBe('server.policy.example.io/web created\n');
    expect(await ok('apply -f -', server('{port: 80}'))).toBe('server.policy.example.io/web unchanged\n');
    expect(rows(await ok('get srv'))).toEqual([
      ['NAME', 'PORT'],
      ['web', '80'],
    ]);
    expect(await ok('get servers.v1alpha1.policy.example.io -o jsonpath={.items[0].apiVersion}')).toBe(
      'policy.example.io/v1alpha1',
    );
    expect(await ok('describe crd servers.policy.example.io')).toMatch(/Stored Versions:\s+v1beta1/);
    expect(await ok('explain srv.spec')).toMatch(/port\s+<integer> -required-/);
    expect((await kubectl('diff -f -', server('{port: 81}'))).stdout).toContain('-  port: 80\n+  port: 81');
  });

  test('are held to their schema', async () => {
    expect(await fails('apply -f -', server('{prot: 80}'))).toContain(
      'strict decoding error: unknown field "spec.prot"',
    );
    expect(await fails('apply --validate=false -f -', server('{prot: 80}'))).toContain(
      'spec.port: Required value',
    );
    expect(await fails('apply -f -', server('{port: many}'))).toContain(
      'spec.port in body must be of type integer',
    );
    expect(await fails('apply -f -', server('{port: 80, mode: ajar}'))).toContain(
      'Unsupported value: "ajar": supported values: "open", "shut"',
    );
    expect(await fails('apply -f -', server('{port: 0}'))).toContain('should be greater than or equal to 1');
  });

  test('keep their stored versions, as Linkerd and the Gateway API find out together', async () => {
    const refused = await fails('apply -f -', JSON.stringify(serverCrd('v1beta3')));
    expect(refused).toContain(
      'The CustomResourceDefinition "servers.policy.example.io" is invalid: status.storedVersions[0]: Invalid value: "v1beta1": missing from spec.versions; ',
    );
    await ok('delete crd servers.policy.example.io');
    expect(await fails('get servers.policy.example.io')).not.toBe('');
  });
});
