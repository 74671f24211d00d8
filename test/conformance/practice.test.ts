/** The suites that hold the practice cluster to a real one, on the practice cluster. */
import { afterAll, beforeAll, describe } from 'vitest';
import { type Practice, startPractice } from '../../src/practice/start-practice.ts';
import { type Backend, createBackend } from './backend.ts';
import { describeAll } from './suites.ts';

let practice: Practice;
let backend: Backend;

beforeAll(async () => {
  // Whatever can happen happens at once, and the clock runs like everybody's: deadlines take the same time on both.
  practice = await startPractice({ mesh: 'none', speed: 1 });
  practice.controllers.kubelet.pace = 0;
  backend = await createBackend('practice', practice.kubeconfig, practice.viewerKubeconfig);
});
afterAll(async () => {
  await backend?.close();
  await practice?.stop();
});

describe('the practice cluster', () => describeAll(() => backend));
