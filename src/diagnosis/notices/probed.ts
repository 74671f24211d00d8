/** What every probe gives, and what it is given. */
import type { Diagnosis } from '../diagnose.ts';
import type { ObjectPart, Part, SnapshotObject } from '../snapshot.ts';
import type { View } from '../view.ts';
import type { NotLookedAt, Touched } from './model.ts';

/** The cluster as probes see it. */
export interface Looked {
  readonly view: View;
  /** Made where a notice asks for a finding. */
  readonly diagnosis: Diagnosis | undefined;
  /** Pods that have a proxy; `all`: those of Linkerd itself among them. */
  readonly proxied: (all: boolean) => readonly SnapshotObject[];
}

/** What one probe saw. */
export interface Probed {
  readonly touched: readonly Touched[];
  /** Parts without which it cannot be told. */
  readonly unseen: readonly NotLookedAt[];
}

/** Nothing is touched. */
export const untouched: Probed = { touched: [], unseen: [] };

/** Why parts were not read; what the cluster does not have was. */
export const unseenOf = ({ unread }: View, parts: readonly Part[]): readonly NotLookedAt[] =>
  parts.flatMap((part) => {
    const why = unread(part);
    return why === undefined ? [] : [{ part, why: why.why, message: why.message }];
  });

const kinds: Partial<Record<ObjectPart, string>> = {
  endpointSlices: 'EndpointSlice',
  customResourceDefinitions: 'CustomResourceDefinition',
  mutatingWebhooks: 'MutatingWebhookConfiguration',
  validatingWebhooks: 'ValidatingWebhookConfiguration',
  apiServices: 'APIService',
  httpRoutes: 'HTTPRoute',
  grpcRoutes: 'GRPCRoute',
  tlsRoutes: 'TLSRoute',
  tcpRoutes: 'TCPRoute',
  installations: 'HelmRelease',
};

/** The kind of the objects of a part, where no object is there to say it. */
export const kindOf = (part: ObjectPart): string =>
  kinds[part] ?? `${part[0]!.toUpperCase()}${part.slice(1).replace(/ies$/, 'y').replace(/s$/, '')}`;
