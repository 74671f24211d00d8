import { flagValue, goDuration, type Invocation, isOn } from '../args.ts';
import { listOrNone, refs } from '../cluster.ts';
import { CommandError, type Session } from '../io.ts';
import { identityChecks } from './certificates.ts';
import type { CheckContext } from './context.ts';
import { configChecks, crdCheck, haChecks } from './control-plane.ts';
import { existenceChecks } from './existence.ts';
import { extensionCategory, unknownExtension } from './extensions.ts';
import { type Category, type CheckRun, runChecks } from './model.ts';
import { preChecks } from './pre.ts';
import { type CheckFormat, checkPrinter } from './print.ts';
import { controlPlaneProxyChecks, dataPlaneChecks, dataPlaneIdentityChecks } from './proxies.ts';
import { cliChecks, kubernetesChecks, serverChecks } from './versions.ts';
import { webhookChecks } from './webhook-certificates.ts';

function formatOf(session: Session, asked: string | undefined): CheckFormat {
  const plain = session.major >= 14 ? 'table' : 'basic';
  const supported = session.major <= 10 ? ['json', plain] : ['json', plain, 'short'];
  const format = asked ?? plain;
  if (!supported.includes(format)) {
    throw new CommandError(
      `Invalid output type '${format}'. Supported output types are: ${supported.join(', ')}`,
    );
  }
  return format === 'json' || format === 'short' ? format : 'table';
}

function categories(context: CheckContext, mode: 'control-plane' | 'proxy' | 'pre' | 'crds'): Category[] {
  const api: Category = {
    name: 'kubernetes-api',
    checks: [
      {
        description: 'can initialize the client',
        anchor: 'k8s-api',
        severity: 'fatal',
        run: async () => undefined,
      },
      {
        description: 'can query the Kubernetes API',
        anchor: 'k8s-api',
        severity: 'fatal',
        run: async () => {
          await context.client.list(refs.namespaces);
          return undefined;
        },
      },
    ],
  };
  const kubernetes = { name: 'kubernetes-version', checks: kubernetesChecks(context) };
  const cli = { name: 'linkerd-version', checks: cliChecks(context) };
  switch (mode) {
    case 'crds':
      return [api, { name: 'linkerd-crd', checks: [crdCheck(context)] }];
    case 'pre':
      return [api, kubernetes, { name: 'pre-kubernetes-setup', checks: preChecks(context) }, cli];
    case 'control-plane':
    case 'proxy': {
      const proxy = mode === 'proxy';
      const own: Category[] = [
        { name: 'linkerd-existence', checks: existenceChecks(context) },
        { name: 'linkerd-config', checks: configChecks(context) },
        { name: 'linkerd-identity', checks: identityChecks(context) },
        { name: 'linkerd-webhooks-and-apisvc-tls', checks: webhookChecks(context) },
        ...(proxy ? [{ name: 'linkerd-identity-data-plane', checks: dataPlaneIdentityChecks(context) }] : []),
        cli,
        ...(proxy ? [] : [{ name: 'control-plane-version', checks: serverChecks(context) }]),
        ...(context.major >= 11
          ? [{ name: 'linkerd-control-plane-proxy', checks: controlPlaneProxyChecks(context) }]
          : []),
        ...(proxy ? [{ name: 'linkerd-data-plane', checks: dataPlaneChecks(context) }] : []),
        { name: 'linkerd-ha-checks', checks: haChecks(context) },
      ];
      return [api, kubernetes, ...own];
    }
  }
}

function modeOf(invocation: Invocation): 'control-plane' | 'proxy' | 'pre' | 'crds' {
  const pre = isOn(invocation, 'pre');
  if (pre && isOn(invocation, 'proxy'))
    throw new CommandError('--pre and --proxy flags are mutually exclusive');
  if (pre && isOn(invocation, 'crds'))
    throw new CommandError('--pre and --crds flags are mutually exclusive');
  if (!pre && isOn(invocation, 'linkerd-cni-enabled')) {
    throw new CommandError('--linkerd-cni-enabled can only be used with --pre');
  }
  return pre
    ? 'pre'
    : isOn(invocation, 'crds')
      ? 'crds'
      : isOn(invocation, 'proxy')
        ? 'proxy'
        : 'control-plane';
}

async function contextOf(session: Session, invocation: Invocation): Promise<CheckContext> {
  const expected = flagValue(invocation, 'expected-version');
  // An empty namespace means all of them, as for the real tool.
  const dataPlane = flagValue(invocation, 'namespace') || undefined;
  return {
    session,
    client: await session.client(),
    version: flagValue(invocation, 'cli-version-override') ?? session.version,
    major: session.major,
    namespace: session.namespace,
    now: session.io.now,
    ...(expected === undefined ? {} : { expected }),
    ...(dataPlane === undefined ? {} : { dataPlane }),
  };
}

/** Runs checks and prints them as one document. */
function runner(session: Session, invocation: Invocation, format: CheckFormat) {
  const stable = /^stable-2\.(\d+)\./.exec(session.version);
  const options = {
    hintBase: `https://linkerd.io/${stable === null ? '2' : `2.${stable[1]}`}/checks/#`,
    waitMs: goDuration(flagValue(invocation, 'wait') ?? '5m0s'),
    now: session.io.now,
    sleep: session.io.sleep,
  };
  return async (list: readonly Category[]): Promise<CheckRun> => {
    const printer = checkPrinter(format, session.io.out);
    const found = await runChecks(list, { ...options, settled: printer.line });
    printer.end(found);
    return found;
  };
}

/** `linkerd check`: prints what it found, the core and then each extension, and gives the exit code. */
export async function check(session: Session, invocation: Invocation): Promise<number> {
  const mode = modeOf(invocation);
  const format = formatOf(session, flagValue(invocation, 'output'));
  const context = await contextOf(session, invocation);
  const run = runner(session, invocation, format);
  const first = await run(categories(context, mode));
  let success = first.success;
  if (mode === 'control-plane' || mode === 'proxy') {
    const namespaces = await listOrNone(context.client, refs.namespaces, 'linkerd.io/extension');
    const names = namespaces.map((one) => one.metadata.labels!['linkerd.io/extension']!).sort();
    for (const name of names) {
      const known = extensionsWithCheck(session).includes(name);
      const found = await run([known ? extensionCategory(context, name) : unknownExtension(name)]);
      success &&= found.success;
    }
  }
  if (format !== 'json') session.io.out(`Status check results are ${success ? '√' : '×'}\n`);
  return success ? 0 : 1;
}

function extensionsWithCheck(session: Session): string[] {
  return session.major >= 19 ? ['viz', 'multicluster'] : ['viz', 'multicluster', 'jaeger'];
}

/** `linkerd viz check` and its like. */
export async function checkExtension(
  session: Session,
  invocation: Invocation,
  extension: string,
): Promise<number> {
  const format = formatOf(session, flagValue(invocation, 'output'));
  const context = await contextOf(session, invocation);
  const found = await runner(session, invocation, format)([extensionCategory(context, extension)]);
  if (format !== 'json') session.io.out(`Status check results are ${found.success ? '√' : '×'}\n`);
  return found.success ? 0 : 1;
}
