import type { Entry } from './entry.ts';
import type { ShellBlock } from './model.ts';
import type { Report } from './report.ts';

type ShellEntry = Extract<Entry, { type: 'shell' }>;
type Attached = Partial<Record<'preview' | 'verify' | 'undo', ShellBlock>>;

interface Attachments {
  /** What belongs to each change. */
  readonly of: ReadonlyMap<Entry, Attached>;
  /** Entries that belong to another one, and so are no actions by themselves. */
  readonly owned: ReadonlySet<Entry>;
}

/** Gives each preview, verify and undo of a step to its change. */
export function attach(entries: readonly Entry[], report: Report): Attachments {
  const shells = entries.filter((entry): entry is ShellEntry => entry.type === 'shell');
  const isChange = (entry: ShellEntry) =>
    entry.block.role === 'change' || entry.block.role === 'irreversible';
  const of = new Map<Entry, Attached>();
  const owned = new Set<Entry>();
  for (const [index, entry] of shells.entries()) {
    const role = entry.block.role;
    if (role !== 'preview' && role !== 'verify' && role !== 'undo') continue;
    const before = shells.slice(0, index).findLast(isChange);
    const after = shells.slice(index + 1).find(isChange);
    const change = role === 'preview' ? (after ?? before) : (before ?? after);
    const complain = (message: string, expected?: string) => {
      owned.add(entry);
      const start = entry.at.start;
      const end = entry.at.fence ? entry.at.fence.infoStart + entry.at.fence.info.length : start + 3;
      report('misplaced-block', start, end, message, { expected });
    };
    if (!change) {
      // A verify by itself only looks.
      if (role !== 'verify')
        complain(`there is no change in this step for the ${role} to belong to`, 'sh change');
      continue;
    }
    const has = of.get(change) ?? {};
    if (role === 'undo' && change.block.role === 'irreversible')
      complain('what is irreversible has no undo', 'sh change, where there is a way back');
    else if (has[role]) complain(`the change has a ${role} already`, `one ${role} for each change`);
    else {
      of.set(change, { ...has, [role]: entry.block });
      owned.add(entry);
    }
  }
  return { of, owned };
}
