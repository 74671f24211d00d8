/** Whether what an upgrade touches can be had back, as far as objects of the cluster tell. */
import { record, text, texts, time } from '../../../rollout/json.ts';
import { fieldOf } from '../../meshed-pods.ts';
import type { SnapshotObject } from '../../snapshot.ts';
import type { View } from '../../view.ts';
import type { PreflightCheck } from '../model.ts';
import { info, unchecked, warn } from '../remarks.ts';

const DAY = 86_400_000;

const TAKE =
  'Take one now, and keep it off the cluster: the runbook linkerd/backup does (the issuer and its key are in it). What no cluster has: the key of the trust anchor.';

export const backupCheck: PreflightCheck = {
  name: 'backup',
  group: 'backup',
  holds: 'there is a backup of the control plane that is not older than a day',
  needs: ['veleroBackups', 'customResourceDefinitions'],
  look(view) {
    const there = view
      .objects('customResourceDefinitions')
      .some(({ metadata }) => metadata.name === 'backups.velero.io');
    if (!there)
      return [
        unchecked('There is no Velero on this cluster: whether there is a backup is not to be seen.', TAKE),
      ];
    return view.controlPlanes.map(({ namespace }) => {
      const done = view
        .objects('veleroBackups')
        .filter((each) => covers(each, namespace) && text(record(each.status).phase) === 'Completed')
        .toSorted((a, b) => endOf(b) - endOf(a));
      const [newest] = done;
      if (newest === undefined) {
        return warn(
          `Velero has no completed backup with ${namespace} in it.`,
          scheduled(view, namespace),
          TAKE,
        );
      }
      const evidence = [
        fieldOf(newest, 'status.completionTimestamp', text(record(newest.status).completionTimestamp)),
      ];
      return view.now - endOf(newest) > DAY
        ? warn(`The newest backup of ${namespace} is older than a day.`, evidence, TAKE)
        : info(
            `Velero has a backup of ${namespace} from today or yesterday. Whether it can be restored is known only after it was.`,
            evidence,
          );
    });
  },
};

const endOf = ({ status }: SnapshotObject) => time(record(status).completionTimestamp) ?? 0;

function covers({ spec }: SnapshotObject, namespace: string): boolean {
  const { includedNamespaces, excludedNamespaces } = record(spec);
  const included = texts(includedNamespaces);
  return (
    !texts(excludedNamespaces).includes(namespace) &&
    (included.length === 0 || included.includes('*') || included.includes(namespace))
  );
}

/** Schedules that would have it in them. */
const scheduled = (view: View, namespace: string) => {
  const all = view.objects('veleroSchedules').filter(({ spec }) => {
    const { template } = record(spec);
    return covers({ spec: template } as unknown as SnapshotObject, namespace);
  });
  return all.length === 0
    ? [{ kind: 'field' as const, ref: 'Schedule velero.io', value: `none for ${namespace}` }]
    : all.map((each) => fieldOf(each, 'spec.schedule', text(record(each.spec).schedule)));
};
