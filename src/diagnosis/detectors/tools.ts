/** The command line tools: of the wrong version for the cluster or for the step at hand, or used as they are not meant to be. */

import { factsOf, knownVersions } from '../../linkerd/facts.ts';
import { isOlder, lineOf } from '../../linkerd/version-order.ts';
import type { Detector, Found } from '../detector.ts';
import type { Evidence } from '../finding.ts';
import type { View } from '../view.ts';
import { newestOf, releaseOf, versionsOf } from './releases.ts';
import { linesSaid, saidIn } from './said.ts';

export const cliBehindDetector: Detector = {
  kinds: {
    'cli-behind-control-plane': {
      severity: 'error',
      layer: 'tool',
      title: 'The linkerd tool is older than the control plane',
      causedBy: ['cli-wrong-version', 'control-plane-mixed-versions'],
    },
  },
  needs: ['linkerdCli'],
  look(view) {
    const cli = releaseOf(view.fact('linkerdCli'));
    const claimed = newestOf(view.controlPlanes.flatMap(({ meta }) => releaseOf(meta.version) ?? []));
    if (cli === undefined || claimed === undefined || !isOlder(cli, claimed)) return [];
    const found: Found = {
      code: 'cli-behind-control-plane',
      certainty: 'confirmed',
      ...(lineOf(cli) === lineOf(claimed) ? { severity: 'warning' as const } : {}),
      title: `linkerd is ${cli}, and the control plane ${claimed}`,
      explanation:
        'The tool renders the manifests of its own version and checks for its own version: what it applies would take the cluster back.',
      subjects: [{ kind: 'Tool', name: 'linkerd' }],
      evidence: [
        cliEvidence(cli, claimed),
        {
          kind: 'field',
          ref:
            view.controlPlanes.find(({ meta }) => meta.version === claimed)?.meta.source ?? 'control plane',
          path: 'data.values, linkerdVersion',
          value: claimed,
        },
      ],
      causes: [
        'The control plane was upgraded from another machine.',
        'Another linkerd comes first on the PATH.',
      ],
      remedy: switchTo(wanted(view, claimed)),
    };
    return [found];
  },
};

const cliEvidence = (cli: string, expected?: string): Evidence => ({
  kind: 'tool',
  ref: 'linkerd',
  path: 'version --client --short',
  value: cli,
  ...(expected === undefined ? {} : { expected }),
});

const switchTo = (release: string | undefined): Found['remedy'] => ({
  text: `Use the linkerd ${release ?? 'of the version that is upgraded to'}.`,
  risk: 'change',
  verify: 'linkerd version --client --short',
  ...(release === undefined ? {} : { parameters: { RELEASE: release } }),
});

/** What the tool should be: the version that is upgraded to, unless the control plane is past it. */
function wanted(view: View, claimed: string | undefined): string | undefined {
  const target = releaseOf(view.snapshot.walk?.target);
  if (target === undefined) return claimed;
  return claimed !== undefined && isOlder(target, claimed) ? claimed : target;
}

/** Flags and commands that some release has. */
const flags: ReadonlySet<string> = new Set(
  knownVersions.flatMap((version) => Object.values(factsOf(version).commands).flat()),
);

export const cliWrongDetector: Detector = {
  kinds: {
    'cli-wrong-version': {
      severity: 'blocker',
      layer: 'tool',
      title: 'The linkerd tool is not of the version that the step needs',
    },
  },
  needs: [],
  look(view) {
    const line = linesSaid(view).find((each) => tellsOfWrongTool(each, view));
    const cli = releaseOf(view.fact('linkerdCli'));
    const claimed = newestOf(view.controlPlanes.flatMap(versionsOf));
    if (line === undefined)
      return cli === undefined || claimed === undefined ? [] : tooFarAhead(view, cli, claimed);
    const named = /linkerd is (\S+), not (\S+?)\.?$/.exec(line.trim())?.[2];
    const release = releaseOf(named) ?? wanted(view, claimed);
    if (cli !== undefined && cli === release) return [];
    const needs = release === undefined ? 'is not what the step needs' : `and the step needs ${release}`;
    const found: Found = {
      code: 'cli-wrong-version',
      certainty: cli === undefined ? 'likely' : 'confirmed',
      title: `linkerd is ${cli ?? 'of an unknown version'}, ${needs}`,
      explanation:
        'Each release renders, checks and prunes its own objects, with its own commands and flags. A newer one can change stored versions of the definitions for good.',
      subjects: [{ kind: 'Tool', name: 'linkerd' }],
      evidence: [saidIn(view, line), ...(cli === undefined ? [] : [cliEvidence(cli, release)])],
      causes: [
        'The tool was fetched without a version, which gives the newest edge release.',
        'Another linkerd comes first on the PATH, or a file has the name of another version.',
      ],
      remedy: switchTo(release),
    };
    return [found];
  },
};

/** A tool is one line (2.N) ahead at most, and not ahead of what is upgraded to: whatever it applies skips a version. */
function tooFarAhead(view: View, cli: string, claimed: string): readonly Found[] {
  const target = releaseOf(view.snapshot.walk?.target);
  const ahead = (lineOf(cli) ?? 0) - (lineOf(claimed) ?? 0);
  if (ahead <= 1 || (target !== undefined && !isOlder(target, cli))) return [];
  const release = wanted(view, claimed);
  return [
    {
      code: 'cli-wrong-version',
      certainty: 'confirmed',
      severity: target === undefined ? 'warning' : 'error',
      title: `linkerd is ${cli}, ${ahead} versions ahead of the control plane, ${claimed}`,
      explanation:
        'An upgrade goes one version (2.N) at a time, and nothing in the tool holds anybody to it: one linkerd upgrade --crds of this one changes stored versions of the definitions for good.',
      subjects: [{ kind: 'Tool', name: 'linkerd' }],
      evidence: [
        cliEvidence(cli, release),
        {
          kind: 'field',
          ref: sourceOf(view, claimed),
          path: 'data.values, linkerdVersion',
          value: claimed,
        },
      ],
      causes: ['The tool was fetched without a version, which gives the newest edge release.'],
      remedy: switchTo(release),
    },
  ];
}

const sourceOf = (view: View, claimed: string): string =>
  view.controlPlanes.find(({ meta }) => meta.version === claimed)?.meta.source ?? 'control plane';

function tellsOfWrongTool(line: string, { snapshot }: View): boolean {
  if (/unknown command "[a-z-]+" for "linkerd"/.test(line)) return true;
  if (/\blinkerd is \S+, not (stable|edge|enterprise)-\S+$/.test(line.trim())) return true;
  const flag = /^Error: unknown flag: --([a-z-]+)/.exec(line.trim())?.[1];
  if (flag !== undefined) return flags.has(flag);
  // The tool may be ahead of the control plane, but not of what is upgraded to; as a warning a check says it of any tool.
  const other = /running \S+ but cli running (\S+)/.exec(line)?.[1];
  const target = releaseOf(snapshot.walk?.target);
  if (other === undefined || target === undefined || /^(- )?(warning|expected)/.test(line)) return false;
  return isOlder(target, other);
}
