/** Servers that stop working with another version, and such as never do. */
import { record, records, text, textMap } from '../../rollout/json.ts';
import type { Detector } from '../detector.ts';
import { fieldOf, refOf, subjectOf, targetLine } from '../meshed-pods.ts';
import { indexPolicies } from '../policy-index.ts';
import type { SnapshotObject } from '../snapshot.ts';

/** From here on a Server with the protocol gRPC is matched with GRPCRoutes, no longer with HTTPRoutes (linkerd2 #12785). */
const GRPC_ROUTES = 16;
/** Until here one Server that cannot be read kept the others from being looked at (linkerd2 #14195, edge-25.7.2). */
const STOPS_AT_INVALID = 18;

export const grpcServerDetector: Detector = {
  kinds: {
    'server-grpc-http-route': {
      severity: 'warning',
      layer: 'data-plane',
      title: 'HTTPRoutes do not match on a Server for gRPC',
    },
  },
  needs: ['servers', 'httpRoutes', 'authorizationPolicies'],
  look(view) {
    const line = view.controlPlanes.find((each) => each.line !== undefined)?.line ?? 0;
    const coming = Math.max(line, targetLine(view) ?? 0);
    if (coming < GRPC_ROUTES) return [];
    const { routesOf } = indexPolicies(view);
    return view.objects('servers').flatMap((server) => {
      if (text(record(server.spec).proxyProtocol) !== 'gRPC') return [];
      const routes = routesOf(server);
      const [http] = routes.filter(({ kind }) => kind === 'HTTPRoute');
      if (http === undefined || routes.some(({ kind }) => kind === 'GRPCRoute')) return [];
      const policy = view
        .objects('authorizationPolicies', text(server.metadata.namespace))
        .find(({ spec }) => {
          const { kind, name } = record(record(spec).targetRef);
          return kind === 'HTTPRoute' && text(name) === http.metadata.name;
        });
      const now = line >= GRPC_ROUTES;
      return [
        {
          code: 'server-grpc-http-route',
          severity: now && policy !== undefined ? ('error' as const) : ('warning' as const),
          certainty: 'confirmed' as const,
          title: `${refOf(http)} ${now ? 'does not match' : 'will not match'} on ${refOf(server)}, which is for gRPC`,
          explanation:
            'From 2.16 on the proxy matches requests to a Server with proxyProtocol gRPC with GRPCRoutes. What an AuthorizationPolicy grants for an HTTPRoute there is granted to nobody any more.',
          subjects: [subjectOf(server), subjectOf(http)],
          evidence: [
            fieldOf(server, 'spec.proxyProtocol', 'gRPC'),
            fieldOf(http, 'spec.parentRefs[?(@.kind=="Server")].name', text(server.metadata.name)),
            ...(policy === undefined
              ? []
              : [fieldOf(policy, 'spec.targetRef.name', text(http.metadata.name))]),
          ],
          causes: ['Until 2.15 HTTPRoutes were the only routes there were'],
          remedy: {
            text: 'Make a GRPCRoute of the HTTPRoute, point the AuthorizationPolicy at it, and delete the HTTPRoute after the upgrade.',
            risk: 'change' as const,
            verify: `kubectl --namespace ${text(server.metadata.namespace)} get grpcroutes,authorizationpolicies`,
            parameters: { CASE: 'by-hand', NAMESPACE: text(server.metadata.namespace) },
          },
        },
      ];
    });
  },
};

export const invalidServerDetector: Detector = {
  kinds: {
    'server-invalid-selector': {
      severity: 'error',
      layer: 'control-plane',
      title: 'A Server has a selector that cannot be read',
    },
  },
  needs: ['servers'],
  look(view) {
    const line = view.controlPlanes.find((each) => each.line !== undefined)?.line;
    return view.objects('servers').flatMap((server) => {
      const wrong = selectorMistake(server);
      if (wrong === undefined) return [];
      const alone = line !== undefined && line > STOPS_AT_INVALID;
      return [
        {
          code: 'server-invalid-selector',
          ...(alone ? { severity: 'warning' as const } : {}),
          certainty: 'confirmed' as const,
          title: `${refOf(server)} has a selector that cannot be read: ${wrong.value}`,
          explanation: alone
            ? 'The control plane leaves this Server aside: its port has the default policy.'
            : 'Until edge-25.7.2 the control plane stopped at such a Server, and those behind it had no effect either.',
          subjects: [subjectOf(server)],
          evidence: [fieldOf(server, wrong.path, wrong.value, wrong.expected)],
          causes: ['It was applied while the policy validator could not be reached'],
          remedy: {
            text: 'Mend the selector, or delete the Server.',
            risk: 'change' as const,
            verify: `kubectl --namespace ${text(server.metadata.namespace)} get server ${text(server.metadata.name)} --output yaml`,
            parameters: { CASE: 'by-hand', NAMESPACE: text(server.metadata.namespace) },
          },
        },
      ];
    });
  },
};

const labelValue = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

/** The first thing in `spec.podSelector` that no label selector can have (apimachinery, `labels.NewRequirement`). */
function selectorMistake(server: SnapshotObject) {
  const selector = record(record(server.spec).podSelector);
  for (const [key, value] of Object.entries(textMap(selector.matchLabels))) {
    if (!labelValue.test(value))
      return {
        path: `spec.podSelector.matchLabels["${key}"]`,
        value,
        expected: 'a value that a label can have',
      };
  }
  for (const [index, expression] of records(selector.matchExpressions).entries()) {
    const path = `spec.podSelector.matchExpressions[${index}]`;
    const operator = text(expression.operator);
    // An empty text is a value, too.
    const values = Array.isArray(expression.values) ? expression.values.map(text) : [];
    switch (operator) {
      case 'In':
      case 'NotIn':
        if (values.length === 0)
          return { path: `${path}.values`, value: `${operator} without values`, expected: 'at least one' };
        break;
      case 'Exists':
      case 'DoesNotExist':
        if (values.length > 0)
          return { path: `${path}.values`, value: `${operator} ${values.join(', ')}`, expected: 'none' };
        break;
      default:
        return { path: `${path}.operator`, value: operator, expected: 'In, NotIn, Exists or DoesNotExist' };
    }
  }
  return undefined;
}
