/** What a hop asks of the extensions. */
import {
  byCli,
  byHelm,
  crosses,
  every,
  goesTo,
  lineName,
  type Rule,
  type RuledHop,
  withExtension,
} from '../rule.ts';

const again =
  (name: string) =>
  ({ facts: { method } }: { facts: { method?: 'cli' | 'helm' } }): string =>
    method === 'helm'
      ? `Upgrade the chart of the ${name} extension after the control plane, with your values of it.`
      : `Upgrade the ${name} extension after the control plane, with the settings that it was given: \`linkerd ${name} install\` stores none of them.`;

/** With Helm the extensions are taken away and installed again at 2.12. */
const installedAnew = (hop: RuledHop): boolean =>
  hop.facts.method === 'helm' && crosses(hop, 'stable-2.12.0');

export const extensionRules: readonly Rule[] = [
  {
    code: 'viz-split',
    weight: 'after',
    when: (hop) => crosses(hop, 'stable-2.10.0'),
    text: ({ facts: { method } }) =>
      `Install the viz extension (${{ cli: '`linkerd viz install`', helm: 'chart linkerd2-viz' }[method ?? 'cli']}): Prometheus, Grafana, the dashboard and tap leave the control plane, and the hop removes them. What Prometheus has recorded goes with it unless it is kept elsewhere; linkerd stat, top, tap and routes are linkerd viz ... from here on.`,
    pitfall: 'viz-behind',
  },
  {
    code: 'viz-upgrade',
    weight: 'after',
    when: (hop) => every(goesTo(hop, 'stable-2.11.0') && !installedAnew(hop), withExtension(hop, 'viz')),
    text: again('viz'),
    pitfall: 'viz-behind',
  },
  {
    code: 'jaeger-upgrade',
    weight: 'after',
    when: (hop) =>
      every(
        goesTo(hop, 'stable-2.11.0', 'edge-25.10.1') && !installedAnew(hop),
        withExtension(hop, 'jaeger'),
      ),
    text: again('jaeger'),
  },
  {
    code: 'jaeger-removal',
    weight: 'before',
    when: (hop) => every(crosses(hop, 'edge-25.10.1'), withExtension(hop, 'jaeger')),
    text: ({ from, facts: { method } }) =>
      `Remove the jaeger extension with the tool of ${from}${method === 'helm' ? '' : ' (`linkerd jaeger uninstall`)'}: ${lineName('edge-25.10.7')} has neither it nor the command, and a webhook that is left behind points at nothing. Tracing is a setting of the control plane from there on (proxy.tracing, controller.tracing).`,
    pitfall: 'jaeger-left-behind',
  },
  {
    code: 'multicluster-upgrade',
    weight: 'after',
    when: (hop) => every(goesTo(hop, 'stable-2.10.0'), withExtension(hop, 'multicluster')),
    text: 'Upgrade the control planes of all linked clusters within this line first, then the multicluster extension in each of them.',
    pitfall: 'multicluster-behind',
  },
  {
    code: 'multicluster-relink',
    weight: 'after',
    when: (hop) =>
      every(
        crosses(hop, 'stable-2.11.0') || crosses(hop, 'stable-2.14.0'),
        withExtension(hop, 'multicluster'),
      ),
    text: (hop) =>
      crosses(hop, 'stable-2.11.0')
        ? 'Link every pair of clusters again (`linkerd multicluster link`): until then gateways are told to be dead, though traffic passes.'
        : 'Link every pair of clusters again (`linkerd multicluster link`): until then linkerd multicluster check fails, though traffic passes.',
    pitfall: 'multicluster-behind',
  },
  {
    code: 'multicluster-links-lost',
    weight: 'after',
    when: (hop) => every(crosses(hop, 'stable-2.12.0'), byHelm(hop), withExtension(hop, 'multicluster')),
    text: 'Link every pair of clusters again: removing the release of the extension deletes the definition of Links, and all Links with it. Keep a copy of them.',
    pitfall: 'multicluster-behind',
  },
  {
    code: 'extension-charts',
    weight: 'after',
    when: (hop) =>
      every(
        crosses(hop, 'stable-2.12.0'),
        byHelm(hop),
        hop.facts.extensions === undefined ? 'If there are extensions' : hop.facts.extensions.length > 0,
      ),
    text: 'Remove each extension and install it anew (helm delete, helm install --create-namespace): their charts no longer own the namespace.',
  },
  {
    code: 'multicluster-link-gen',
    weight: 'after',
    when: (hop) => every(crosses(hop, 'edge-25.4.4'), withExtension(hop, 'multicluster')),
    text: 'Move the mirror controllers into the extension: name each Link in its value controllers, upgrade it, then `linkerd multicluster unlink --only-controller` for each of the old ones, which hold the lease until they are gone. New links are made by `linkerd multicluster link-gen`.',
    pitfall: 'multicluster-behind',
  },
  {
    code: 'extension-prune',
    weight: 'after',
    when: (hop) => every(goesTo(hop, 'stable-2.13.0'), byCli(hop), withExtension(hop, 'viz')),
    text: 'Look at what `linkerd viz prune` lists, and delete it. The multicluster extension has no such command.',
  },
];
