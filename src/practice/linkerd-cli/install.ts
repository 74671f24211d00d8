import { isIssuedBy, readCertificates } from '../../linkerd/certificates.ts';
import { controlPlaneManifests } from '../../linkerd/control-plane.ts';
import { crdManifests } from '../../linkerd/crds.ts';
import { CREATED_BY, type Manifest } from '../../linkerd/manifest.ts';
import type { Trust } from '../../linkerd/pki.ts';
import { TRUST_ANCHORS_ENV } from '../../linkerd/proxy.ts';
import { haValues, isHa, mergeValues, parseSet, trustOf, type Values } from '../../linkerd/values.ts';
import type { KubeClient } from '../kube-client.ts';
import { flagValue, type Invocation, isOn } from './args.ts';
import { crdProblems, listOrNone, meshedPods, refs, storedConfig, storedOverrides } from './cluster.ts';
import { CommandError, type Session } from './io.ts';
import { render } from './render.ts';

const gatewayRoutes = ['httproutes.gateway.networking.k8s.io', 'grpcroutes.gateway.networking.k8s.io'];

/** Who put the Gateway API's definitions there: Linkerd's own tools, somebody else, or nobody. */
type GatewayOwner = 'linkerd' | 'external' | 'none';

/** As `checkGatewayAPICRDs` of linkerd2 (`cli/cmd/install.go` at version-2.18): Linkerd's where either is, and v1 where they are not. */
async function gatewayApiOwner(client: KubeClient): Promise<GatewayOwner> {
  let owner: GatewayOwner = 'none';
  for (const name of gatewayRoutes) {
    const crd = await client.get(refs.crds, name);
    if (crd === undefined) continue;
    if (crd.metadata.annotations?.[CREATED_BY]) return 'linkerd';
    owner = 'external';
    const versions = (crd.spec as { versions?: { name: string }[] }).versions ?? [];
    if (!versions.some((version) => version.name === 'v1')) {
      throw new CommandError(
        `the ${name} CRD is missing the v1 version, please upgrade to Gateway API v1.1.1 or later`,
      );
    }
  }
  return owner;
}

/** The tool of 2.19 names another version than its documentation (linkerd2 `cli/cmd/install.go` at version-2.19). */
const gatewayApiMissing = (major: number) =>
  'The Gateway API CRDs must be installed prior to installing Linkerd. Run:\n\n' +
  `kubectl apply --server-side -f https://github.com/kubernetes-sigs/gateway-api/releases/download/${major === 19 ? 'v1.4.0' : 'v1.2.1'}/standard-install.yaml\n\n` +
  'or see https://gateway-api.sigs.k8s.io/guides/#installing-gateway-api for more options.';

/** Whose the Gateway API is after what was asked for with `--set`; from 2.18 on nothing is rendered without it. */
async function needGatewayApi(
  session: Session,
  client: KubeClient,
  { installGatewayAPI: asked }: Values,
): Promise<GatewayOwner> {
  if (session.major < 18) return 'none';
  const owner = await gatewayApiOwner(client);
  switch (owner) {
    case 'none':
      if (asked === true) return 'linkerd';
      throw new CommandError(gatewayApiMissing(session.major));
    case 'linkerd':
      if (asked !== false) return owner;
      throw new CommandError(
        'Linkerd is providing GW API, but your current install configuration will remove it',
      );
    case 'external':
      if (asked !== true) return owner;
      throw new CommandError(
        'Linkerd cannot install the Gateway API CRDs because they are already installed by an external source. Please set `installGatewayAPI` to `false`.',
      );
  }
}

/** The certificates that are given as files. */
function askedIdentity(session: Session, invocation: Invocation): Values {
  const fileOf = (flag: string, key: string): Values => {
    const path = flagValue(invocation, `identity-${flag}-file`);
    return path === undefined ? {} : { [key]: session.io.readFile(path) };
  };
  const tls = { ...fileOf('issuer-certificate', 'crtPEM'), ...fileOf('issuer-key', 'keyPEM') };
  return {
    ...fileOf('trust-anchors', 'identityTrustAnchorsPEM'),
    ...(Object.keys(tls).length === 0 ? {} : { identity: { issuer: { tls } } }),
  };
}

/** What `--set`, `--ha` and the files of certificates ask for. */
function askedValues(session: Session, invocation: Invocation): Values {
  const sets = [...(invocation.flags.get('set') ?? []), ...(invocation.flags.get('set-string') ?? [])];
  const level = flagValue(invocation, 'controller-log-level');
  let values = mergeValues(isOn(invocation, 'ha') ? haValues : {}, askedIdentity(session, invocation));
  if (level !== undefined) values = mergeValues(values, { controllerLogLevel: level });
  try {
    for (const text of sets) values = mergeValues(values, parseSet(text));
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
  return values;
}

/** The values of the chart of CRDs by which 2.14 to 2.17 are told to leave definitions of the Gateway API out. */
const leftOut = ({ enableHttpRoutes, enableTlsRoutes, enableTcpRoutes }: Values): RegExp[] => [
  ...(enableHttpRoutes === false ? [/^(http|grpc)routes\.gateway\./] : []),
  ...(enableTlsRoutes === false ? [/^tlsroutes\.gateway\./] : []),
  ...(enableTcpRoutes === false ? [/^tcproutes\.gateway\./] : []),
];

async function crdsOf(session: Session, gateway: GatewayOwner, asked: Values = {}): Promise<Manifest[]> {
  const without = leftOut(asked);
  return crdManifests(session.version, {
    namespace: session.namespace,
    gatewayApi: gateway === 'linkerd',
  }).filter(({ metadata }) => !without.some((one) => one.test(metadata.name)));
}

/** The control plane; before 2.12 with its CRDs in front. */
async function controlPlane(
  session: Session,
  overrides: Values,
  trust: Trust | undefined,
): Promise<Manifest[]> {
  const manifests = await controlPlaneManifests(session.version, {
    namespace: session.namespace,
    ha: isHa(overrides),
    overrides,
    from: session.io.now(),
    ...(trust === undefined ? {} : { trust }),
  });
  return session.major >= 12 ? manifests : [...(await crdsOf(session, 'none')), ...manifests];
}

/** `linkerd install`: prints CRDs or a control plane with a new identity. */
export async function install(session: Session, invocation: Invocation): Promise<void> {
  const crds = isOn(invocation, 'crds');
  const asked = askedValues(session, invocation);
  let gateway: GatewayOwner = 'none';
  if (!isOn(invocation, 'ignore-cluster')) {
    const client = await session.client();
    if ((await storedConfig(client, session.namespace)) !== undefined) {
      throw new CommandError(
        `Can't install the Linkerd control plane in the '${session.namespace}' namespace. Reason: ConfigMap/linkerd-config already exists.\n` +
          'Run the command `linkerd upgrade`, if you are looking to upgrade Linkerd.',
      );
    }
    gateway = await needGatewayApi(session, client, asked);
    if (!crds && session.major >= 12 && (await crdProblems(client, session.version)).length > 0) {
      throw new CommandError(
        'Linkerd CRDs must be installed first. Run linkerd install with the --crds flag.',
      );
    }
  }
  const manifests = crds
    ? await crdsOf(session, gateway, asked)
    : await controlPlane(session, asked, trustOf(asked));
  session.io.out(render(manifests, flagValue(invocation, 'output')));
}

function checkedTrust(overrides: Values, now: Date): Trust {
  const trust = trustOf(overrides);
  const wrong = (reason: string) => new CommandError(`failed to validate issuer credentials: ${reason}`);
  if (trust === undefined) throw wrong('failed to read CA: not PEM-encoded');
  const issuer = readCertificates(trust.issuer.certPem);
  const anchors = readCertificates(trust.anchorPem);
  if (!issuer.ok || !anchors.ok) throw wrong('failed to read CA: not PEM-encoded');
  for (const one of [...anchors.certificates, ...issuer.certificates]) {
    const until = new Date(one.validTo);
    if (until < now)
      throw wrong(`not valid anymore. Expired on ${until.toISOString().replace('.000Z', 'Z')}`);
  }
  if (!isIssuedBy(issuer.certificates, anchors.certificates)) {
    throw wrong('x509: certificate signed by unknown authority');
  }
  return trust;
}

/** Meshed pods that trust other anchors than those that are stored. */
async function needSameAnchors(session: Session, client: KubeClient, trust: Trust): Promise<void> {
  const others: string[] = [];
  for (const pod of await meshedPods(client, session)) {
    const containers = [...(pod.spec.initContainers ?? []), ...(pod.spec.containers ?? [])];
    for (const container of containers) {
      const value = container.env?.find((one: { name: string }) => one.name === TRUST_ANCHORS_ENV)?.value;
      if (typeof value === 'string' && value.trim() !== trust.anchorPem.trim()) {
        others.push(`\t* ${pod.metadata.namespace}/${pod.metadata.name}`);
      }
    }
  }
  if (others.length === 0) return;
  throw new CommandError(
    `You are attempting to use an issuer certificate which does not validate against the trust anchors of the following pods:\n${others.join('\n')}\n` +
      'These pods do not have the current trust bundle and must be restarted.  Use the --force flag to proceed anyway ' +
      '(this will likely prevent those pods from sending or receiving traffic).',
  );
}

/** `linkerd upgrade`: prints CRDs, or the control plane with the identity and the overrides that are stored. */
export async function upgrade(session: Session, invocation: Invocation): Promise<void> {
  const client = await session.client();
  const asked = askedValues(session, invocation);
  const gateway = await needGatewayApi(session, client, asked);
  if (isOn(invocation, 'crds')) {
    session.io.out(render(await crdsOf(session, gateway, asked), flagValue(invocation, 'output')));
    return;
  }
  if (invocation.flags.has('from-manifests')) {
    throw new CommandError(
      'the practice cluster has no manifests to upgrade from; leave out --from-manifests',
    );
  }
  if (session.major >= 12) {
    const problems = await crdProblems(client, session.version);
    if (problems.length > 0) {
      throw new CommandError(
        `Linkerd CRDs must be installed first. Run linkerd upgrade with the --crds flag:\n${problems.join(', ')}`,
      );
    }
  }
  const overrides = mergeValues(await storedOverrides(session, client), asked);
  const trust = checkedTrust(overrides, session.io.now());
  if (session.major >= 12 && (await listOrNone(client, refs.endpointSlices)).length === 0) {
    throw new CommandError('no EndpointSlice resources exist in the cluster');
  }
  if (!isOn(invocation, 'force')) await needSameAnchors(session, client, trust);
  const nodes = await listOrNone(client, refs.nodes);
  const docker = nodes.some((node) =>
    String(node.status?.nodeInfo?.containerRuntimeVersion ?? '').startsWith('docker:'),
  );
  if (docker && session.major >= 12 && (overrides.proxyInit as Values | undefined)?.runAsRoot !== true) {
    throw new CommandError(
      'there are nodes using the docker container runtime and proxy-init container must run as root user.\n' +
        'try installing linkerd via --set proxyInit.runAsRoot=true',
    );
  }
  session.io.out(render(await controlPlane(session, overrides, trust), flagValue(invocation, 'output')));
}

/** What the tool's version would have on the cluster: what `prune` compares with. */
export async function expectedObjects(session: Session, client: KubeClient): Promise<Manifest[]> {
  const overrides = await storedOverrides(session, client).catch((error: unknown) => {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(
      'Could not find the linkerd-config-overrides secret.\nPlease note this command is only intended for instances of Linkerd that were installed via the CLI',
    );
  });
  const gateway = await needGatewayApi(session, client, {});
  const trust = checkedTrust(overrides, session.io.now());
  return [...(await crdsOf(session, gateway)), ...(await controlPlane(session, overrides, trust))];
}
