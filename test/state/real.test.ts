/** The engine with the real shell, the real journal and the real parser: no stand-ins but the cluster. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadBundle } from '../../src/runbook/load-bundle.ts';
import { putAwayCaptured, readCaptured } from '../../src/shell/captured.ts';
import { createCommandPort } from '../../src/shell/command-port.ts';
import { openOutput } from '../../src/shell/output-file.ts';
import { openWalk } from '../../src/state/conductor.ts';
import { createJournal, openJournal } from '../../src/state/journal.ts';
import { systemClock } from '../../src/state/kind.ts';
import type { Question } from '../../src/state/question.ts';
import type { Walk } from '../../src/state/walk.ts';
import { actionSchemas, kinds } from '../../src/steps/kinds.ts';
import { ada, started } from './build.ts';
import { FakeApi, FakeCluster } from './fakes.ts';

const text = `---
runbook: 1
title: Real
parameters:
  WHO: {type: string}
  TOKEN: {type: secret}
---

# Real

## Look

\`\`\`sh look capture=WHO
printf 'world\\n'
\`\`\`

## Change

\`\`\`sh change
echo "hello $WHO, $TOKEN"
while [ ! -e go ]; do sleep 0.02; done
echo "$WHO" >>log
\`\`\`

\`\`\`sh verify
test -s log
\`\`\`
`;

async function real() {
  const folder = mkdtempSync(join(tmpdir(), 'handrail-engine-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  const bundle = await loadBundle(
    'real.md',
    async (key) => (key === 'real.md' ? text : undefined),
    actionSchemas,
  );
  expect(bundle.diagnostics).toEqual([]);
  const file = join(folder, 'journal.jsonl');
  const first = await createJournal(file, Date.now);
  await first.append(started(bundle, { cluster: undefined }));
  await first.close();
  const open = async (resumed: boolean): Promise<Walk> =>
    openWalk({
      bundle,
      journal: await openJournal(file, Date.now),
      folder,
      cwd: folder,
      ports: {
        commands: createCommandPort({ handOver: (run) => run() }),
        cluster: new FakeCluster(),
        output: (run, secrets) => openOutput(join(folder, 'runs', run), secrets),
        captured: readCaptured,
        putAwayCaptured,
        clock: systemClock,
        api: (file) => new FakeApi(file),
      },
      kinds,
      operator: ada,
      environment: { PATH: process.env.PATH ?? '' },
      hostname: 'desk',
      resumed,
    });
  return { folder, file, open };
}

/** The next question of that kind. */
function asked(walk: Walk, type: Question['type']): Promise<Question> {
  return until(walk, () => {
    const { question } = walk.store.getState();
    return question?.type === type ? question : undefined;
  });
}

function until<T>(walk: Walk, look: () => T | undefined): Promise<T> {
  return new Promise((resolve) => {
    const check = () => {
      const found = look();
      if (found === undefined) return;
      stop();
      resolve(found);
    };
    const stop = walk.store.subscribe(check);
    check();
  });
}

test('a command outlives the program, and the next program follows it to its end', async () => {
  const { folder, file, open } = await real();
  const walk = await open(false);
  await asked(walk, 'parameter');
  walk.send({ type: 'value', value: 'hunter2' });
  await asked(walk, 'continue');
  expect(walk.store.getState().session.parameters.WHO).toEqual({ value: 'world', source: 'captured' });
  walk.send({ type: 'continue' });
  await asked(walk, 'run');
  walk.send({ type: 'run' });
  const run = await until(walk, () => walk.store.getState().live.running?.run);
  await walk.close();
  expect(existsSync(join(folder, 'log'))).toBe(false);

  const later = await open(true);
  await asked(later, 'parameter');
  later.send({ type: 'value', value: 'hunter2' });
  expect(await until(later, () => later.store.getState().live.running?.run)).toBe(run);
  writeFileSync(join(folder, 'go'), '');
  expect(await asked(later, 'continue')).toMatchObject({ at: { action: 'change/1' } });
  expect((await later.output.tail(run, 5)).lines).toEqual(['hello world, ***']);
  later.send({ type: 'continue' });
  expect(await later.finished).toEqual({ type: 'completed' });
  await later.close();
  expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('world\n');
  expect(readFileSync(file, 'utf8')).not.toContain('hunter2');
});
