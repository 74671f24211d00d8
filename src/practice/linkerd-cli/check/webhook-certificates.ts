import { core, refs } from '../cluster.ts';
import { dataOf } from '../io.ts';
import { certificatesOf, rfc3339, SIXTY_DAYS } from './certificates.ts';
import type { CheckContext } from './context.ts';
import { type Check, CheckFailure } from './model.ts';

interface Webhook {
  readonly name: string;
  readonly kind: 'mutating' | 'validating';
  readonly since: number;
}

const webhooks: readonly Webhook[] = [
  { name: 'proxy-injector', kind: 'mutating', since: 9 },
  { name: 'sp-validator', kind: 'validating', since: 9 },
  { name: 'policy-validator', kind: 'validating', since: 11 },
];

async function webhookPair(
  context: CheckContext,
  { name, kind }: Webhook,
): Promise<{ bundle: string; cert: string }> {
  const configuration = await context.client.get(refs[kind], `linkerd-${name}-webhook-config`);
  if (configuration === undefined) {
    throw new CheckFailure(
      `${kind}webhookconfigurations.admissionregistration.k8s.io "linkerd-${name}-webhook-config" not found`,
    );
  }
  const hooks = (configuration.webhooks as { clientConfig?: { caBundle?: string } }[] | undefined) ?? [];
  if (hooks.length !== 1) throw new CheckFailure(`expected 1 webhooks, found ${hooks.length}`);
  const secret = await context.client.get(core('secrets', context.namespace), `linkerd-${name}-k8s-tls`);
  const cert = dataOf(secret, 'tls.crt');
  if (cert === undefined) throw new CheckFailure(`secrets "linkerd-${name}-k8s-tls" not found`);
  return { bundle: Buffer.from(hooks[0]!.clientConfig?.caBundle ?? '', 'base64').toString('utf8'), cert };
}

/** Category `linkerd-webhooks-and-apisvc-tls`: each webhook's certificate against the bundle that the API server has. */
export function webhookChecks(context: CheckContext): Check[] {
  return webhooks
    .filter(({ since }) => context.major >= since)
    .flatMap((webhook): Check[] => [
      {
        description: `${webhook.name} webhook has valid cert`,
        anchor: `l5d-${webhook.name}-webhook-cert-valid`,
        severity: 'fatal',
        run: async () => {
          const { bundle, cert } = await webhookPair(context, webhook);
          const anchors = certificatesOf(bundle);
          const [leaf] = certificatesOf(cert);
          if (new Date(leaf!.validTo) < context.now()) {
            throw new CheckFailure(`certificate is not valid anymore. Expired on ${rfc3339(leaf!.validTo)}`);
          }
          const trusted = anchors.some(
            (one) => one.fingerprint256 === leaf!.fingerprint256 || leaf!.verify(one.publicKey),
          );
          if (!trusted) {
            throw new CheckFailure(
              'cert is not issued by the trust anchor: x509: certificate signed by unknown authority',
            );
          }
          const host = `linkerd-${webhook.name}.${context.namespace}.svc`;
          if (leaf!.checkHost(host) === undefined) {
            throw new CheckFailure(
              `cert is not issued by the trust anchor: x509: certificate is not valid for ${host}`,
            );
          }
          return undefined;
        },
      },
      {
        description: `${webhook.name} cert is valid for at least 60 days`,
        anchor: `l5d-${webhook.name}-webhook-cert-not-expiring-soon`,
        severity: 'warning',
        run: async () => {
          const [leaf] = certificatesOf((await webhookPair(context, webhook)).cert);
          if (new Date(leaf!.validTo).getTime() - context.now().getTime() < SIXTY_DAYS) {
            throw new CheckFailure(`certificate will expire on ${rfc3339(leaf!.validTo)}`);
          }
          return undefined;
        },
      },
    ]);
}
