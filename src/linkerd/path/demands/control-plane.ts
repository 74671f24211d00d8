/** What a hop asks around the control plane itself: its stored settings, its definitions, its charts, its nodes. */
import { avoided } from '../../avoid.ts';
import { kubernetesMinor } from '../../kubernetes-support.ts';
import { has, lineOf } from '../../version-order.ts';
import { leftBehind } from '../half-done.ts';
import { byCli, byHelm, crosses, every, goesTo, known, lineName, type Rule, type RuledHop } from '../rule.ts';

/** A 2.9 whose upgrades lose the stored settings, or that may have come from one. */
const losesOverrides = ({ from }: RuledHop): boolean => lineOf(from) === 9 && avoided(from) !== undefined;

const repairTool = ({ from, to }: RuledHop): string =>
  lineOf(from) === 9 ? (lineOf(to) === 9 ? to : 'stable-2.9.5') : 'stable-2.10.2';

export const controlPlaneRules: readonly Rule[] = [
  {
    code: 'half-upgraded',
    weight: 'block',
    when: (hop) => hop.first && leftBehind(hop.from, hop.facts).length > 0,
    text: ({ from, facts }) =>
      `Finish the upgrade to ${from} first: linkerd-config names it, and the control plane runs ${leftBehind(from, facts).join(' and ')} as well.`,
    pitfall: 'interrupted-upgrade',
  },
  {
    code: 'repair',
    weight: 'before',
    when: (hop) => every(losesOverrides(hop), byCli(hop)),
    text: (hop) =>
      `Run \`linkerd repair | kubectl apply -f -\` with the linkerd of ${repairTool(hop)}: ${hop.from} left the Secret linkerd-config-overrides without its label, and the next upgrade with --prune deletes it, if one has not already. Without it linkerd upgrade ends with "failed to read CA: not PEM-encoded".`,
    pitfall: 'overrides-missing',
  },
  {
    code: 'repair-if-missing',
    weight: 'before',
    when: (hop) =>
      every(
        hop.first && !losesOverrides(hop) && [9, 10].includes(lineOf(hop.from) ?? 0),
        byCli(hop),
        'If the Secret linkerd-config-overrides is missing, as after an upgrade from 2.9.0 to 2.9.2',
      ),
    text: (hop) =>
      `Run \`linkerd repair | kubectl apply -f -\` with the linkerd of ${repairTool(hop)} first.`,
    pitfall: 'overrides-missing',
  },
  {
    code: 'global-values',
    weight: 'before',
    when: (hop) => every(crosses(hop, 'stable-2.10.0'), byHelm(hop)),
    text: 'Rewrite your values: what stood under global. stands at the top now, identityTrustAnchorsPEM first of all; what concerns the dashboard, Grafana, Prometheus and tap goes to the chart linkerd2-viz, tracing to linkerd-jaeger.',
  },
  {
    code: 'definitions-first',
    weight: 'before',
    when: (hop) => goesTo(hop, 'stable-2.12.0'),
    text: ({ facts: { method } }) => {
      const [cli, helm] = ['`linkerd upgrade --crds`', 'the chart linkerd-crds'];
      const by = method === undefined ? `${cli}, or ${helm}` : { cli, helm }[method];
      return `Update the definitions (CRDs) before the control plane, as a step of its own: ${by}.`;
    },
    pitfall: 'crd-mismatch',
  },
  {
    code: 'chart-migration',
    weight: 'before',
    when: (hop) => every(crosses(hop, 'stable-2.12.0'), byHelm(hop)),
    text: 'Move from the chart linkerd2 to linkerd-crds and linkerd-control-plane: give all objects of the release to the new ones by their annotations, install the two (control plane chart 1.9.x, which is 2.12), and drop the record of the old release. Never helm delete it: that takes the mesh with it.',
    pitfall: 'helm-ownership',
  },
  {
    code: 'removed-apis',
    weight: 'before',
    when: (hop) => {
      const minor = kubernetesMinor(hop.facts.kubernetes ?? '');
      return every(minor !== undefined && minor >= 25 && !has(hop.from, 'stable-2.12.0'), byHelm(hop));
    },
    text: 'Mend the record of the release with the plugin mapkubeapis: it holds objects of APIs that Kubernetes 1.25 has taken away, and Helm reads them before it upgrades anything.',
  },
  {
    code: 'docker-nodes',
    weight: 'before',
    when: (hop) =>
      every(
        crosses(hop, 'stable-2.12.0'),
        known(hop.facts.runtimes?.includes('docker'), 'If a node runs Docker'),
      ),
    text: 'Set proxyInit.runAsRoot=true: 2.12 no longer runs proxy-init as root, which fails under Docker, and linkerd upgrade refuses.',
  },
  {
    code: 'traffic-splits',
    weight: 'before',
    when: (hop) =>
      every(crosses(hop, 'stable-2.12.0'), known(hop.facts.trafficSplits, 'If TrafficSplits are used')),
    text: 'Install the SMI extension, which TrafficSplits belong to from 2.12 on, and never prune their definition: all TrafficSplits would go with it.',
  },
  {
    code: 'unlabelled-definition',
    weight: 'before',
    when: (hop) => every(/^stable-2\.13\.[01]$/.test(hop.from), byHelm(hop)),
    text: 'Give the definition httproutes.policy.linkerd.io the label and the annotations of its Helm release: 2.13.0 and 2.13.1 made it without, and Helm refuses what it does not own.',
    pitfall: 'helm-ownership',
  },
  {
    code: 'cni-first',
    weight: 'before',
    when: ({ facts: { cni } }) => known(cni, 'If the CNI plugin of Linkerd is used'),
    text: 'Upgrade the CNI plugin before the control plane, and wait until it is on every node.',
    pitfall: 'cni-mismatch',
  },
  {
    code: 'prune',
    weight: 'after',
    when: (hop) => every(goesTo(hop, 'stable-2.13.0'), byCli(hop)),
    text: 'Look at what `linkerd prune` lists before any of it is deleted: a definition that goes takes all its resources with it.',
  },
  {
    code: 'no-way-back',
    weight: 'know',
    when: (hop) => hop.kind === 'major',
    text: 'Plan to go forward: a control plane is not downgraded. What goes wrong half way is mended on the newer release.',
    pitfall: 'interrupted-upgrade',
  },
  {
    code: 'native-sidecars',
    weight: 'know',
    when: (hop) => crosses(hop, 'edge-26.5.2'),
    text: ({ to }) =>
      `Expect proxies as native sidecars from ${lineName(to)} on: they are init containers that stay, Jobs come to their end by themselves, and what lists spec.containers no longer sees them. A workload stays as it is with config.linkerd.io/proxy-enable-native-sidecar: "false".`,
  },
];
