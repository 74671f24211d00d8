/** The clocks of nodes, of the API server and of this machine. */
import type { PreflightCheck } from '../model.ts';
import { info, unchecked, warn } from '../remarks.ts';

/** What Linkerd allows for (`identity.issuer.clockSkewAllowance`). */
const ALLOWED_MS = 20_000;

export const clocksCheck: PreflightCheck = {
  name: 'clocks',
  group: 'certificates',
  holds: 'clocks of the nodes, the API server and this machine agree',
  codes: ['clock-skew'],
  look({ snapshot }) {
    const read = snapshot.operator?.clock;
    if (read === undefined) return [unchecked('The API server was not asked for its time.')];
    if (read.state === 'unread') return [unchecked(read.message)];
    const { server, machine } = read.value;
    const apart = Date.parse(server) - Date.parse(machine);
    const evidence = [
      {
        kind: 'field',
        ref: 'API server',
        path: 'Date',
        value: server,
        expected: `about ${machine}`,
      } as const,
    ];
    if (Math.abs(apart) <= ALLOWED_MS) {
      return [info('The API server and this machine agree to within a few seconds.', evidence)];
    }
    return [
      warn(
        `The clock of this machine and that of the API server are ${Math.round(Math.abs(apart) / 1000)} seconds apart: one of them is wrong. Certificates that are made on one are not valid yet on the other, and ages that are shown here are off.`,
        evidence,
        'Synchronise both (NTP, chrony, or the time service of the cloud) before certificates are made or judged.',
      ),
    ];
  },
};
