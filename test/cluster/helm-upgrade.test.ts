/**
 * The upgrade by Helm on a real API server: the commands of the runbook, real helm, every hop from 2.11 to 2.20, the move from one chart to
 * two among them. Not the way there: what 2.9 and 2.10 are made of is in API versions that this server no longer has, and of 2.11 the
 * heartbeat's CronJob is, which is left out by the chart's own value.
 */
import { delimiter, dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTrust } from '../../src/linkerd/pki.ts';
import { type ChartRepository, serveCharts } from '../../src/practice/charts/serve-charts.ts';
import { findTools } from '../../src/practice/tools.ts';
import { createTools, type Tools } from '../helpers/kubectl.ts';
import { helmHops } from '../hops/helm-hop.ts';
import { walkRunbook } from '../linkerd-cli/walk.ts';
import { type FakeKubelet, startFakeKubelet } from './kubelet.ts';
import { type ControlPlane, startControlPlane } from './server/start.ts';

const START = 'stable-2.11.5';
const hops = helmHops.slice(helmHops.findIndex(([from]) => from === START));
let own: ControlPlane;
let kubelet: FakeKubelet;
let tools: Tools;
let charts: ChartRepository;
let environment: Record<string, string>;

async function done(tool: 'kubectl' | 'helm', args: string, stdin?: string): Promise<string> {
  const { code, stdout, stderr } = await tools[tool](args, stdin);
  expect(code, stderr).toBe(0);
  return stdout;
}

beforeAll(async () => {
  own = await startControlPlane();
  tools = await createTools(own.kubeconfig.text);
  kubelet = await startFakeKubelet(own.kubeconfig.text, { nodes: 3 });
  charts = await serveCharts();
  const { paths } = await findTools(['kubectl', 'helm'], { prefer: 'bundled' });
  const folders = [paths.kubectl, paths.helm].map((file) => dirname(file!));
  environment = {
    HOME: tools.folder,
    KUBECONFIG: tools.kubeconfig,
    PATH: [...folders, process.env.PATH].join(delimiter),
  };
  const { anchorPem, issuer } = await createTrust();
  const values = {
    identityTrustAnchorsPEM: anchorPem,
    identity: { issuer: { tls: { crtPEM: issuer.certPem, keyPEM: issuer.keyPem } } },
    disableHeartBeat: true,
    policyController: { defaultAllowPolicy: 'cluster-authenticated' },
  };
  await done(
    'helm',
    `install mesh linkerd2 --repo ${charts.url} --version 2.11.5 --namespace default --values - --wait --timeout 2m`,
    JSON.stringify(values),
  );
}, 240_000);

afterAll(async () => {
  await kubelet?.stop();
  await charts?.close();
  await tools?.dispose();
  await own?.kill();
});

/** What the data plane, the extensions and a person's word are left out of: there is no mesh to speak of on this server. */
const steps = [
  ...['Survey the mesh', 'Find the charts', 'Look at the values', 'Look at the Gateway API'],
  ...[
    'See what belongs to the old release',
    'Keep what the extensions have',
    'Give the definitions to linkerd-crds',
  ],
  ...['Give the TrafficSplits to linkerd-smi', 'Give everything else to linkerd-control-plane'],
  ...[
    'Install linkerd-crds',
    'Install linkerd-control-plane',
    'Forget the old release',
    'Go by the new names',
  ],
  ...[
    'Update the CRDs',
    'Upgrade the control plane',
    'Watch the control plane come up',
    'Look for leftovers',
  ],
];

const lineOf = (version: string): string => /^stable-2\.(\d+)/.exec(version)?.[1] ?? edgeLines[version]!;
const edgeLines: Readonly<Record<string, string>> = {
  'edge-24.2.4': '15',
  'edge-24.8.2': '16',
  'edge-24.11.8': '17',
  'edge-25.4.4': '18',
  'edge-25.10.7': '19',
  'edge-26.6.3': '20',
};

describe('with real helm, on a real API server', () => {
  test.each(hops)(
    'from %s to %s',
    async (from, to) => {
      const parameters = { FROM: from, TO: to, HOP: `${lineOf(from)} ${lineOf(to)}`, CHARTS: charts.url };
      const ran = await walkRunbook('linkerd/upgrade-helm.md', { parameters, environment, only: steps });
      const text = ran.map(({ out, err }) => out + err).join('\n');
      expect(text).not.toContain('PRIVATE KEY');
      expect(text).not.toMatch(/key(\.pem|PEM)?: [A-Za-z0-9+/]{40}/);

      const images = await done(
        'kubectl',
        '-n linkerd get pods -o jsonpath={.items[*].spec.containers[*].image}',
      );
      for (const image of images.split(' ')) expect(image).toMatch(new RegExp(`:${to}$`));
      const config = await done(
        'kubectl',
        '-n linkerd get configmap linkerd-config -o jsonpath={.data.values}',
      );
      expect(config).toContain(`linkerdVersion: ${to}\n`);
      // The setting that has another name since 2.12 came along.
      expect(config).toContain('defaultInboundPolicy: cluster-authenticated\n');
      const releases = (await done('helm', 'list -A --no-headers')).trim().split('\n');
      expect(releases.map((line) => line.split('\t').map((cell) => cell.trim()))).toEqual([
        expect.arrayContaining(['linkerd-control-plane', 'linkerd', 'deployed', to]),
        expect.arrayContaining(['linkerd-crds', 'linkerd', 'deployed', to]),
      ]);
    },
    180_000,
  );

  test('nothing of the Gateway API was lost when its definitions left the chart', async () => {
    const kept = 'get crd httproutes.gateway.networking.k8s.io -o';
    expect(await done('kubectl', `${kept} jsonpath={.metadata.annotations.helm\\.sh/resource-policy}`)).toBe(
      'keep',
    );
    expect(await done('kubectl', `${kept} jsonpath={.status.storedVersions[*]}`)).toBe('v1beta1 v1');
    expect(await done('helm', 'get manifest linkerd-crds -n linkerd')).not.toContain(
      'gateway.networking.k8s.io',
    );
  });
});
