/** The sieve of the Helm runbook: what of a release's values goes on to the next version. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadBundle } from '../../src/runbook/load-bundle.ts';
import { actionSchemas } from '../../src/steps/kinds.ts';
import { run } from '../linkerd-cli/helpers.ts';

const runbooks = join(import.meta.dirname, '../../runbooks');
const pem = '-----BEGIN CERTIFICATE-----\nMIIB: not a key\n-----END CERTIFICATE-----\n';
let script = '';
beforeAll(async () => {
  const read = (name: string) => readFile(join(runbooks, name), 'utf8').catch(() => undefined);
  const key = 'linkerd/upgrade-helm.md';
  const { runbooks: all } = await loadBundle(key, read, actionSchemas);
  const actions = all[key]!.steps.flatMap(({ actions }) => actions);
  const blocks = actions.flatMap((action) => ('block' in action ? [action.block] : []));
  script = blocks.find(({ capture }) => capture === 'SIEVE')!.script;
});

/** Values after the sieve of a hop, on a cluster that still has PodSecurityPolicies, or no longer. */
async function sieved(hop: string, values: object, policies = false): Promise<unknown> {
  const kubectl = `kubectl() { ${policies ? 'echo podsecuritypolicies.policy' : 'true'}; }`;
  const command = `${kubectl}\nsieve=$(\n${script}\n)\nawk "$sieve"`;
  const { code, out, err } = await run(
    'bash',
    ['-o', 'errexit', '-o', 'nounset', '-o', 'pipefail', '-c', command],
    // Helm prints lists at the indentation of their key, and keys in order.
    {
      env: { HOP: hop, TO: 'stable-2.0.0' },
      input: stringify(values, { indentSeq: false, sortMapEntries: true, lineWidth: 0 }),
    },
  );
  expect(code, err).toBe(0);
  return parse(out);
}

const kept = {
  identityTrustAnchorsPEM: pem,
  identity: { issuer: { tls: { crtPEM: pem, keyPEM: pem } } },
  proxy: { resources: { cpu: { request: '100m' } }, logLevel: 'warn' },
  tolerations: [{ key: 'infra', operator: 'Exists' }],
  podAnnotations: { 'example.com/team': 'platform' },
};

describe('the values that go on', () => {
  it.each(['9 10', '11 12', '13 14', '19 20'])('are all that still mean something (%s)', async (hop) => {
    expect(await sieved(hop, kept)).toEqual(kept);
  });

  it('never pin what the upgrade is there to change', async () => {
    const pinned = {
      ...kept,
      linkerdVersion: 'stable-2.13.4',
      proxy: { ...kept.proxy, image: { name: 'registry/proxy', version: 'stable-2.13.4' } },
      policyController: { image: { version: 'stable-2.13.4' } },
    };
    expect(await sieved('13 14', pinned)).toEqual({
      ...kept,
      proxy: { ...kept.proxy, image: { name: 'registry/proxy' } },
    });
  });

  it('lose their prefix at 2.10, and what became an extension', async () => {
    const { identity, ...shared } = kept;
    const old = {
      identity,
      global: { ...shared, linkerdVersion: 'stable-2.9.4' },
      grafana: { enabled: false, resources: { cpu: { limit: '1' } } },
      prometheus: { args: [{ name: 'a' }], globalConfig: { scrape_interval: '10s' } },
      tracing: { enabled: true },
      prometheusUrl: 'http://prometheus',
    };
    expect(await sieved('9 10', old)).toEqual({ ...kept, prometheusUrl: 'http://prometheus' });
  });

  it('keep no parent that has nothing left in it, for that would empty the chart’s own', async () => {
    const values = {
      ...kept,
      policyController: { image: { name: 'x' } },
      proxyInit: { resources: { cpu: 1 } },
    };
    expect(await sieved('18 19', values)).toEqual(kept);
    const more = { ...values, policyController: { image: { name: 'x' }, logLevel: 'debug' } };
    expect(await sieved('18 19', more)).toEqual({ ...kept, policyController: { logLevel: 'debug' } });
  });

  it('ask for PodSecurityPolicies only where there are some', async () => {
    expect(await sieved('11 12', { ...kept, enablePSP: true }, true)).toEqual({ ...kept, enablePSP: true });
    expect(await sieved('11 12', { ...kept, enablePSP: true })).toEqual(kept);
  });

  it('are nothing where nothing was given', async () => {
    expect(await sieved('16 17', {})).toEqual({});
  });
});
