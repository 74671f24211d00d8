import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { SessionEvent } from '../../src/state/event.ts';

export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'handrail-storage-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  return folder;
}

export const operator = { user: 'ada', host: 'laptop' };

export const started: SessionEvent = {
  type: 'session-started',
  id: '20261121-1317-kofa',
  title: 'Upgrade',
  file: 'upgrade.md',
  bundleHash: 'x',
  mode: 'live',
  unattended: false,
  operator,
  cluster: undefined,
  version: '0.1.0',
};

export const note = (text: string): SessionEvent => ({ type: 'note-added', text, operator });

/** 2026-11-21T13:17:00Z and then a second later with each look. */
export function ticking(): () => number {
  let now = Date.UTC(2026, 10, 21, 13, 17) - 1000;
  return () => {
    now += 1000;
    return now;
  };
}
