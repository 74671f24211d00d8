import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';
import { factsOf, isKnownVersion } from '../../linkerd/facts.ts';
import { CONTROL_PLANE_NS, createdBy, type Manifest } from '../../linkerd/manifest.ts';
import { defaultValues, mergeValues, type Values } from '../../linkerd/values.ts';
import { flagValue, type Invocation, isOn } from './args.ts';
import { core, storedConfig } from './cluster.ts';
import { CommandError, dataOf, type Session } from './io.ts';
import { render } from './render.ts';

const NAME = 'linkerd-config-overrides';

const installHint = (version: string) =>
  `Run \`curl -sL https://run.linkerd.io/install | LINKERD2_VERSION="${version}" sh\` to install the server version of the CLI`;

/** The tool has to be that of the control plane, and for early 2.9 that of 2.9.4: what differs from its own defaults is what counts as overridden. */
function needSameVersion(session: Session, server: string): void {
  const early = /^stable-2\.9\.[0-4]$/.test(server);
  if (session.version === (early ? 'stable-2.9.4' : server)) return;
  throw new CommandError(
    early
      ? `Please run the repair command with a \`stable-2.9.4\` CLI.\n${installHint('stable-2.9.4')}`
      : `Please run the repair command with a CLI that has the same version as the control plane.\n${installHint(server)}`,
  );
}

const isMapping = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What of `values` is not as in `defaults`. */
function differing(values: Values, defaults: Values): Values {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => {
      const usual = defaults[key];
      if (isDeepStrictEqual(value, usual)) return [];
      return [[key, isMapping(value) && isMapping(usual) ? differing(value, usual) : value]];
    }),
  );
}

/** Values without the versions in them, which would hold the next upgrade back. */
function withoutVersions(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([key]) => !['version', 'linkerdVersion', 'cliVersion'].includes(key))
      .map(([key, value]) => [key, isMapping(value) ? withoutVersions(value) : value]),
  );
}

/** `linkerd repair` (2.9.3 to 2.11): prints the Secret with the stored overrides, made again from what the cluster still knows. */
export async function repair(session: Session, invocation: Invocation): Promise<void> {
  const client = await session.client();
  if ((await client.get(core('secrets', session.namespace), NAME)) !== undefined) {
    throw new CommandError(
      `secret/${NAME} already exists. If you need to regenerate this resource, please delete it before proceeding`,
    );
  }
  const config = await client.get(core('configmaps', session.namespace), 'linkerd-config');
  if (config === undefined) throw new CommandError('configmaps "linkerd-config" not found');
  const values = await storedConfig(client, session.namespace);
  if (values === undefined) throw new CommandError('values not found in linkerd-config');
  const server = String(values.linkerdVersion);
  if (!isOn(invocation, 'force')) needSameVersion(session, server);
  const issuer = await client.get(core('secrets', session.namespace), 'linkerd-identity-issuer');
  const [crtPEM, keyPEM] = [dataOf(issuer, 'crt.pem'), dataOf(issuer, 'key.pem')];
  if (crtPEM === undefined || keyPEM === undefined) {
    throw new CommandError('Failed to load issuer credentials: secrets "linkerd-identity-issuer" not found');
  }
  const { version, major, namespace } = session;
  // What the running release has by itself, its registry for one, is nobody's wish.
  const running = isKnownVersion(server) ? server : version;
  const initTag = factsOf(running).workloads[0]?.init?.[0]?.[1].split(':')[1] ?? '';
  const all = defaultValues({ version: running, major, namespace, ha: false }, initTag);
  const defaults = isMapping(all.global) ? all.global : all;
  const overrides = mergeValues(differing(withoutVersions(values), withoutVersions(defaults)), {
    identity: { issuer: { tls: { crtPEM, keyPEM } } },
  });
  const secret: Manifest = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: NAME,
      namespace,
      labels: { [CONTROL_PLANE_NS]: namespace },
      annotations: createdBy(version),
    },
    data: { [NAME]: Buffer.from(stringify(overrides)).toString('base64') },
  };
  session.io.out(render([secret], flagValue(invocation, 'output')));
}
