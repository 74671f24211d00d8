/** The services of the screens, loaded while the first frame is already shown: the parser behind them takes its time. */
import type { Services } from '../screens/services.ts';
import type { ClusterChoice } from './brief.ts';
import type { SessionContext } from './open-session.ts';

/** As `createServices`, which is imported on the first question, after the turn in which that was asked. */
export function servicesLater(choice: ClusterChoice, context: SessionContext): Services {
  let loading: Promise<Services> | undefined;
  const loaded = (): Promise<Services> => {
    loading ??= new Promise<void>((resolve) => setImmediate(resolve))
      .then(() => import('./services.ts'))
      .then(({ createServices }) => createServices(choice, context));
    return loading;
  };
  return {
    target: async () => (await loaded()).target(),
    runbooks: async () => (await loaded()).runbooks(),
    sessions: async () => (await loaded()).sessions(),
    brief: async (...asked) => (await loaded()).brief(...asked),
    start: async (...asked) => (await loaded()).start(...asked),
    resume: async (...asked) => (await loaded()).resume(...asked),
    suppress: async (...asked) => (await loaded()).suppress(...asked),
    report: async (...asked) => (await loaded()).report(...asked),
    practice: {
      status: async () => (await loaded()).practice.status(),
      up: async () => (await loaded()).practice.up(),
      reset: async () => (await loaded()).practice.reset(),
      down: async () => (await loaded()).practice.down(),
    },
  };
}
