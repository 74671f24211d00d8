/** The suites that hold the practice cluster to a real one, on the real one. */
import { afterAll, beforeAll, describe, inject } from 'vitest';
import { type Backend, createBackend } from '../conformance/backend.ts';
import { describeAll } from '../conformance/suites.ts';
import { INJECTOR_CASES } from './stuck-injector.ts';

let backend: Backend;
beforeAll(async () => {
  const { kubeconfig, viewerKubeconfig } = inject('cluster');
  backend = await createBackend('real', kubeconfig, viewerKubeconfig);
});
afterAll(() => backend?.close());

describe('a real cluster', () => describeAll(() => backend, INJECTOR_CASES));
