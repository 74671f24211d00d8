const uuid = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi;
const id = /\b[0-9a-f]{32,64}\b/gi;
const v4 = '\\d{1,3}(?:\\.\\d{1,3}){3}';
/** `10.0.0.1:49822->10.244.1.5:4191`: of the client nothing is worth keeping. */
const connection = new RegExp(`${v4}:\\d+->`, 'g');
const address = new RegExp(`\\b${v4}\\b`, 'g');
const address6 = /\[[0-9a-f:]*:[0-9a-f:]*\]/gi;
const lookup = /(?<=lookup \S{1,253} on )\S+?:53/g;
const combined = /^\(combined from similar events\): ?/;

/** What stands for a name or number that differs from pod to pod. */
const ANY = '…';

/** The letters of generated names (k8s.io/apimachinery `pkg/util/rand`): none that make words. */
const SAFE = '[bcdfghjklmnpqrstvwxz2456789]';

const escaped = (name: string) => name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/**
 * A function that takes out of a message what differs from pod to pod of one workload: pod names, hashes of ReplicaSets,
 * uids, container ids, addresses. Messages of one cause become equal by it.
 */
export function normaliser(workload: string): (message: string) => string {
  // `web-7c5d8f9b6d-x2k4j`, `web-7c5d8f9b6d`, `db-0`, `agent-x2k4j`; kube cuts long names before it adds to them.
  const base = escaped(workload.slice(0, 40));
  const tail = escaped(workload.slice(40));
  const end = tail === '' ? '' : `(?:${tail}|[a-z0-9.-]{0,30}?)`;
  const pods = new RegExp(
    `(?<![\\w.-])${base}${end}-(?:${SAFE}{5,10}(?:-${SAFE}{5})?|\\d{1,5})(?![\\w-])`,
    'g',
  );
  return (message) =>
    message
      .replace(combined, '')
      .replace(uuid, ANY)
      .replace(id, ANY)
      .replace(pods, ANY)
      .replace(connection, '')
      .replace(lookup, ANY)
      .replace(address, ANY)
      .replace(address6, ANY);
}
