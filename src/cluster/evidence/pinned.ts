import type { Snapshot } from '../../diagnosis/snapshot.ts';
import { stripToLine } from '../../runbook/strip-controls.ts';
import type { ClusterPin } from '../port.ts';

/** The cluster of a session, as a snapshot names it. */
export const pinnedCluster = (
  pin: (Pick<ClusterPin, 'name' | 'server'> & Partial<Pick<ClusterPin, 'uid' | 'practice'>>) | undefined,
): Snapshot['cluster'] => ({
  name: stripToLine(pin?.name ?? ''),
  server: stripToLine(pin?.server ?? ''),
  uid: pin?.uid ?? '',
  practice: pin?.practice ?? false,
});
