/** What a hop asks of the tools: linkerd, kubectl, helm, and where they come from. */

import { oldestKubectl, pruneFlag } from '../../kubectl-limits.ts';
import { kubernetesMinor } from '../../kubernetes-support.ts';
import { has } from '../../version-order.ts';
import { byCli, byHelm, crosses, every, goesTo, known, type Rule } from '../rule.ts';

export const toolRules: readonly Rule[] = [
  {
    code: 'healthy',
    weight: 'before',
    when: () => true,
    text: 'See that `linkerd check` and `linkerd check --proxy` pass, by the tool of the release that runs. Warnings that it is not the newest do not count.',
  },
  {
    code: 'cli-version',
    weight: 'before',
    when: byCli,
    text: 'Work with the linkerd of the release that the hop goes to, fetched by its name: it renders the control plane of its own version, and the install script gives the newest edge unless it is told one.',
    pitfall: 'cli-out-of-sync',
  },
  {
    code: 'chart-version',
    weight: 'before',
    when: byHelm,
    text: 'Name the version of each chart, the one of the release that the hop goes to: without --version Helm takes the newest, which skips lines.',
  },
  {
    code: 'helm-values',
    weight: 'before',
    when: byHelm,
    text: 'Pass your own values with --reset-values -f FILE, the certificates among them. --reuse-values would keep the defaults of the old chart, and with them its images.',
  },
  {
    code: 'ha-values',
    weight: 'before',
    when: (hop) => every(byHelm(hop), known(hop.facts.ha, 'If it is highly available')),
    text: 'Pass values-ha.yaml of the same chart version as well, before your own values.',
  },
  {
    code: 'prune-flag',
    weight: 'know',
    when: (hop) => every(goesTo(hop, 'stable-2.9.0', 'stable-2.13.0'), byCli(hop)),
    text: ({ facts: { kubectl } }) => {
      const flag = kubectl === undefined ? undefined : pruneFlag(kubectl);
      return flag === undefined
        ? 'Prune with kubectl apply --prune, once more for the kinds of the whole cluster: they are named by --prune-whitelist up to kubectl 1.25, and by --prune-allowlist from 1.26 on. From 1.30 on the older flag is an error, though the documentation has it.'
        : `Prune with kubectl apply --prune, once more for the kinds of the whole cluster: your kubectl, 1.${kubernetesMinor(kubectl ?? '')}, names them by ${flag}${flag === '--prune-allowlist' ? ', though the documentation has --prune-whitelist' : ''}.`;
    },
  },
  {
    code: 'kubectl-too-old',
    weight: 'before',
    when: ({ to, facts: { kubectl } }) => {
      const [minor, oldest] = [kubernetesMinor(kubectl ?? ''), oldestKubectl(to)];
      return minor !== undefined && oldest !== undefined && minor < oldest;
    },
    text: ({ to, facts: { kubectl } }) =>
      `Update kubectl, which is 1.${kubernetesMinor(kubectl ?? '')}: linkerd check of ${to} asks for 1.${oldestKubectl(to)} at least.`,
  },
  {
    code: 'helm-too-old',
    weight: 'before',
    when: (hop) =>
      every(
        crosses(hop, 'stable-2.12.0'),
        byHelm(hop),
        known(
          hop.facts.helm === undefined ? undefined : /^v?[12]\./.test(hop.facts.helm),
          'If Helm is of version 2',
        ),
      ),
    text: 'Move the release to Helm 3: the charts of 2.12 and later are for nothing older.',
  },
  {
    code: 'edge-channel',
    weight: 'know',
    when: (hop) => crosses(hop, 'edge-24.2.4'),
    text: ({ facts: { method } }) =>
      [
        'Expect edge releases alone from here on: 2.14.10 is the last stable one of the project, and a vendor has those after it.',
        ...(method === 'cli' ? [] : ['The charts are in https://helm.linkerd.io/edge.']),
        ...(method === 'helm' ? [] : ['The tool comes from https://run.linkerd.io/install-edge.']),
      ].join(' '),
  },
  {
    code: 'edge-charts',
    weight: 'know',
    when: (hop) => every(hop.to.startsWith('edge-') && !has(hop.to, 'edge-24.3.1'), byHelm(hop)),
    text: 'Let Helm look for previews (--devel): the charts of edges before 24.3.1 have versions such as 1.18.10-edge. Later ones are named by their date, 2024.11.8.',
  },
];
