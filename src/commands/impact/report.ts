import type { Impact } from '../../diagnosis/notices/way.ts';
import type { Snapshot } from '../../diagnosis/snapshot.ts';
import type { SeenControlPlanes } from '../diagnose/mesh.ts';

/** What is printed, whatever its form. */
export interface ImpactReport extends Impact {
  readonly snapshot: Pick<Snapshot, 'cluster' | 'takenAt' | 'tookMs'>;
  readonly controlPlanes: SeenControlPlanes;
}
