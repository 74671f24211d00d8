/** What a hop asks of the definitions of the Gateway API: who brought them, and in which version. */
import { byHelm, crosses, every, goesTo, type Holds, known, type Rule, type RuledHop } from '../rule.ts';

type Owner = NonNullable<RuledHop['facts']['gatewayApi']>;

const broughtBy = ({ facts: { gatewayApi } }: RuledHop, owner: Owner): Holds =>
  known(
    gatewayApi === undefined ? undefined : gatewayApi === owner,
    {
      linkerd: 'If Linkerd brought the Gateway API',
      external: 'If something else brought the Gateway API',
      absent: 'If there is no Gateway API',
    }[owner],
  );

export const gatewayApiRules: readonly Rule[] = [
  {
    code: 'gateway-api-bundled',
    weight: 'before',
    when: (hop) => every(crosses(hop, 'stable-2.14.0'), broughtBy(hop, 'external')),
    text: 'Keep the definitions of the Gateway API with enableHttpRoutes=false: Linkerd brings one of HTTPRoutes from 2.14 on (0.7.1, experimental) and would write over yours, which the API server refuses where v1 is stored. Yours has to serve v1beta1, or 2.14 and 2.15 do not start.',
  },
  {
    code: 'gateway-api-ceiling',
    weight: 'know',
    when: (hop) => every(goesTo(hop, 'stable-2.14.0', 'edge-25.4.4'), broughtBy(hop, 'external')),
    text: 'Leave the definitions of the Gateway API at 1.1.1 or older until 2.18 runs: later ones lack versions that Linkerd up to 2.17 watches.',
  },
  {
    code: 'gateway-api-required',
    weight: 'before',
    when: (hop) => every(crosses(hop, 'edge-25.3.4'), broughtBy(hop, 'absent')),
    text: 'Install the definitions of the Gateway API, 1.2.1 (1.1.1 at least): without them linkerd upgrade of 2.18 refuses.',
  },
  {
    code: 'gateway-api-owner',
    weight: 'before',
    when: (hop) => every(crosses(hop, 'edge-25.4.4'), broughtBy(hop, 'external')),
    text: 'Bring the definitions of the Gateway API to 1.1.1-1.2.1, so that they have v1, and leave them out of the installation (installGatewayAPI=false).',
  },
  {
    code: 'gateway-api-transition',
    weight: 'know',
    when: (hop) => every(crosses(hop, 'edge-25.4.4'), broughtBy(hop, 'linkerd')),
    text: 'Let this hop bring the definitions of the Gateway API to 1.1.1 with helm.sh/resource-policy: keep. Whoever wants to own them does so after it, and not with 1.2.1 straight away: GRPCRoutes that 2.16 or 2.17 stored as v1alpha2 have to be written anew first, or the change stops half way and the next upgrade undoes it.',
    pitfall: 'stored-crd-versions',
  },
  {
    code: 'gateway-api-defaults',
    weight: 'before',
    when: (hop) => every(crosses(hop, 'edge-25.4.4'), byHelm(hop), broughtBy(hop, 'linkerd')),
    text: 'Upgrade linkerd-crds without installGatewayAPI=false in this hop: it alone puts helm.sh/resource-policy: keep on the definitions of the Gateway API.',
  },
  {
    code: 'gateway-api-keep',
    weight: 'before',
    when: (hop) => every(crosses(hop, 'edge-25.9.4'), byHelm(hop), broughtBy(hop, 'linkerd')),
    text: 'See that the live definitions of the Gateway API have the annotation helm.sh/resource-policy: keep: from here on the chart no longer brings them by default, and Helm deletes what has it not, with all HTTPRoutes and GRPCRoutes. So nobody goes from 2.17 to 2.19 with Helm.',
  },
  {
    code: 'gateway-api-floor',
    weight: 'before',
    when: (hop) => every(crosses(hop, 'edge-26.6.3'), broughtBy(hop, 'external')),
    text: 'Bring the definitions of the Gateway API to 1.2.1, which both releases take: 2.20 is documented with 1.2.1 to 1.5.1, and ignores routes with fields that 1.2.1 does not know.',
  },
];
