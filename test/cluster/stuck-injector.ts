/** How a rollout is held up by an injector that is there: only a real API server calls one. */
import { restart, type StuckCase } from '../conformance/stuck.ts';
import { type Injector, startInjector } from './injector.ts';

const injected =
  (ill: (injector: Injector) => Promise<void> | void, well: (injector: Injector) => Promise<void> | void) =>
  async (scene: Parameters<StuckCase['stick']>[0]) => {
    const { backend, namespace } = scene;
    const injector = await startInjector(backend.kubeconfig, {
      namespaces: [namespace],
      controlPlane: namespace,
      timeoutSeconds: 1,
    });
    await ill(injector);
    await restart(scene);
    return async () => {
      await well(injector);
      // The controller tries again by itself, later and later; what it tries has to be let in then.
      await restart(scene);
      await scene.settled();
      await injector.stop();
    };
  };

export const INJECTOR_CASES: readonly StuckCase[] = [
  {
    what: 'an injector that hangs',
    expected: { reason: 'ADMISSION_WEBHOOK_FAILED' },
    sign: /context deadline exceeded/,
    stick: injected(
      (injector) => {
        injector.mode = 'hang';
      },
      (injector) => {
        injector.mode = 'inject';
      },
    ),
  },
  {
    what: 'an injector with a certificate of another authority',
    expected: { reason: 'ADMISSION_WEBHOOK_FAILED' },
    sign: /x509: certificate signed by unknown authority/,
    stick: injected(
      (injector) => injector.trust(false),
      (injector) => injector.trust(true),
    ),
  },
  {
    what: 'an injector without endpoints',
    expected: { reason: 'ADMISSION_WEBHOOK_FAILED' },
    sign: /no endpoints available for service/,
    stick: injected(
      (injector) => injector.reachable(false),
      (injector) => injector.reachable(true),
    ),
  },
  {
    what: 'an injector that denies',
    expected: { reason: 'ADMISSION_DENIED' },
    sign: /pods like this one are not let in/,
    stick: injected(
      (injector) => {
        injector.mode = 'deny';
      },
      (injector) => {
        injector.mode = 'inject';
      },
    ),
  },
];
