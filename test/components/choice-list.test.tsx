import { describe, expect, test } from 'vitest';
import { ChoiceList } from '../../src/screens/components/choice-list.tsx';
import { renderScreen } from '../helpers/render.tsx';

const CHOICES = ['Alpha', 'Beta', 'Gamma', 'Delta'].map((label) => ({ value: label.toLowerCase(), label }));

function list(over: Partial<Parameters<typeof ChoiceList>[0]> = {}) {
  const chosen: string[] = [];
  const screen = renderScreen(
    <ChoiceList choices={CHOICES} width={40} height={6} onChoose={(value) => chosen.push(value)} {...over} />,
  );
  return { chosen, screen };
}

describe('a list to choose from', () => {
  test('trap: keys that arrive in one chunk choose the entry they point at', async () => {
    const { chosen, screen } = list();
    await screen.waitFor('Alpha');
    screen.write('\x1b[B\x1b[B\r');
    await expect.poll(() => chosen).toEqual(['gamma']);
    await screen.unmount();
  });

  test('trap: a digit moves the selection and chooses nothing', async () => {
    const { chosen, screen } = list();
    await screen.waitFor('▸ Alpha');
    await screen.press('3');
    await screen.waitFor('▸ Gamma');
    expect(chosen).toEqual([]);
    await screen.press('Enter');
    expect(chosen).toEqual(['gamma']);
    await screen.unmount();
  });

  test('begins at the given entry, and at the first without one', async () => {
    const { screen } = list({ initial: 'delta' });
    await screen.waitFor('▸ Delta');
    await screen.unmount();
  });

  test('a list longer than its room shows as many rows as it has, and every entry can be reached', async () => {
    const { chosen, screen } = list({ height: 3 });
    await screen.waitFor('4 entries');
    expect(screen.screen().filter((row) => row !== '')).toHaveLength(3);
    await screen.press('Down', 'Down', 'Down', 'Enter');
    expect(chosen).toEqual(['delta']);
    await screen.unmount();
  });

  test('while it is not active, keys are not for it', async () => {
    const { chosen, screen } = list({ active: false });
    await screen.waitFor('Alpha');
    await screen.press('Down', 'Enter');
    expect(chosen).toEqual([]);
    await screen.unmount();
  });
});
