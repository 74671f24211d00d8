/** What a person sees of a check that has to wait. */
import { expect, test } from 'vitest';
import { runLinkerd } from '../../src/practice/linkerd-cli/run.ts';
import { startPractice } from '../../src/practice/start-practice.ts';

test('what passed is on screen while a later check is still tried again, for five minutes unless told', async () => {
  const practice = await startPractice({ mesh: 'stable-2.14.10', speed: 1000 });
  const start = Date.now();
  let waited = 0;
  let out = '';
  let whileWaiting: string | undefined;
  try {
    const code = await runLinkerd('stable-2.9.4', ['check'], {
      env: {},
      out: (text) => {
        out += text;
      },
      err: () => undefined,
      stdin: async () => '',
      readFile: () => '',
      connect: () => practice.client,
      now: () => new Date(start + waited),
      sleep: async () => {
        whileWaiting ??= out;
        waited += 30_000;
      },
    });
    expect(code).toBe(1);
  } finally {
    await practice.stop();
  }
  expect(whileWaiting).toContain('kubernetes-api\n--------------\n√ can initialize the client\n');
  expect(whileWaiting).not.toContain('×');
  expect(out.slice(whileWaiting?.length)).toMatch(
    /^× control plane pods are ready\n {4}No running pods for "linkerd-controller"\n {4}see https:.* for hints\n\n/,
  );
  expect(waited).toBe(5 * 60_000);
});
