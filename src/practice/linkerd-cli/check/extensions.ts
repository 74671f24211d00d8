import type { KubeObject } from '../../kube-client.ts';
import { core, isReady, phaseOf, proxyVersion, refs, serverVersion } from '../cluster.ts';
import { behind, type CheckContext } from './context.ts';
import { type Category, type Check, CheckFailure } from './model.ts';

/** The check of one extension, where this version of the tool has one: its namespace, its pods and their proxies. */
export function extensionCategory(context: CheckContext, extension: string): Category {
  const namespace = `linkerd-${extension}`;
  const pods = async (): Promise<KubeObject[]> => (await context.client.list(core('pods', namespace))).items;
  const anchor = (name: string): string => `l5d-${extension}-${name}`;
  const proxies = async (wrong: (version: string) => string | undefined): Promise<undefined> => {
    for (const pod of await pods()) {
      const version = proxyVersion(pod);
      if (phaseOf(pod) !== 'Running' || version === undefined) continue;
      const reason = wrong(version);
      if (reason !== undefined) throw new CheckFailure(reason.replace('POD', pod.metadata.name));
    }
    return undefined;
  };
  const checks: Check[] = [
    {
      description: `${namespace} Namespace exists`,
      anchor: anchor('ns-exists'),
      severity: 'fatal',
      run: async () => {
        if ((await context.client.get(refs.namespaces, namespace)) === undefined) {
          throw new CheckFailure(`could not find ${namespace} extension`);
        }
        return undefined;
      },
    },
    {
      description: `${extension} extension pods are injected`,
      anchor: anchor('pods-injection'),
      severity: 'warning',
      run: async () => {
        const bare = (await pods()).filter(
          (pod) => phaseOf(pod) === 'Running' && proxyVersion(pod) === undefined,
        );
        if (bare.length > 0) {
          throw new CheckFailure(`could not find proxy container for ${bare[0]!.metadata.name} pod`);
        }
        return undefined;
      },
    },
    {
      description: `${extension} extension pods are running`,
      anchor: anchor('pods-running'),
      severity: 'warning',
      retry: true,
      run: async () => {
        const all = await pods();
        if (all.length === 0) throw new CheckFailure(`no running pods for the ${extension} extension`);
        const bad = all.find((pod) => phaseOf(pod) !== 'Running' || !isReady(pod));
        if (bad !== undefined) throw new CheckFailure(`pod "${bad.metadata.name}" status is ${phaseOf(bad)}`);
        return undefined;
      },
    },
    {
      description: `${extension} extension proxies are up-to-date`,
      anchor: anchor('proxy-cp-version'),
      severity: 'warning',
      run: async () => {
        const newest = context.expected ?? (await serverVersion(context.client, context.namespace));
        return proxies((version) =>
          behind(version, newest) === undefined
            ? undefined
            : `some proxies are not running the current version:\n\t* POD (${version})`,
        );
      },
    },
    {
      description: `${extension} extension proxies and cli versions match`,
      anchor: anchor('proxy-cli-version'),
      severity: 'warning',
      run: () =>
        proxies((version) =>
          version === context.version
            ? undefined
            : `POD running ${version} but cli running ${context.version}`,
        ),
    },
  ];
  return { name: namespace, checks };
}

/** What is said of an extension in the cluster that this version of the tool knows nothing of. */
export function unknownExtension(extension: string): Category {
  return {
    name: `linkerd-${extension}`,
    checks: [
      {
        description: `Linkerd extension command linkerd-${extension} exists`,
        anchor: 'extensions',
        severity: 'warning',
        run: async () => {
          throw new CheckFailure(`exec: "linkerd-${extension}": executable file not found in $PATH`);
        },
      },
    ],
  };
}
