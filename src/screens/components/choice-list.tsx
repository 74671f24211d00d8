import { Box, useInput } from 'ink';
import SelectInput from 'ink-select-input';
import type { ReactNode } from 'react';
import { createContext, type RefObject, useCallback, useContext, useMemo, useRef, useState } from 'react';
import { line, span } from '../../terminal/line.ts';
import { useLook } from '../theme.ts';
import { Rows } from './rows.tsx';
import { clamp } from './window.ts';

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export interface ChoiceListProps {
  readonly choices: readonly Choice[];
  /** The value that is selected at first; the first choice otherwise. */
  readonly initial?: string;
  /** False while something else takes the keys. */
  readonly active?: boolean;
  readonly width: number;
  /** At most so many rows are drawn; longer lists turn under the selection. */
  readonly height: number;
  readonly onChoose: (value: string) => void;
  readonly onHighlight?: (value: string) => void;
}

const WidthContext = createContext(80);

interface Item {
  readonly label: string;
  readonly value: number;
  readonly key: string;
}

/**
 * A list to choose from with the arrows (or j and k) and Enter. A digit moves the selection to that entry and does not choose
 * it: in a runbook a stray digit must not decide anything.
 */
export function ChoiceList(props: ChoiceListProps): ReactNode {
  const { choices, initial, active = true, width, height, onChoose, onHighlight } = props;
  const lastKey = useRef('');
  const start = Math.max(
    0,
    choices.findIndex((choice) => choice.value === initial),
  );
  // `jump` counts the digits pressed: with a new key the list begins anew, at the entry of the digit.
  const [at, setAt] = useState({ jump: 0, index: start });
  const items = useMemo<Item[]>(
    () => choices.map((choice, index) => ({ label: choice.label, value: index, key: choice.value })),
    [choices],
  );
  const rows = Math.max(1, height);
  const turning = choices.length > rows;
  const limit = turning ? Math.max(1, rows - 1) : rows;

  const select = (item: { readonly value: number }): void => {
    const digit = /^[1-9]$/.test(lastKey.current) ? Number(lastKey.current) : undefined;
    const index = digit === undefined ? item.value : clamp(digit - 1, 0, choices.length - 1);
    const choice = choices[index];
    if (!choice) return;
    if (digit === undefined) {
      onChoose(choice.value);
      return;
    }
    setAt((before) => ({ jump: before.jump + 1, index }));
    onHighlight?.(choice.value);
  };
  const highlight = (item: { readonly value: number }): void => {
    const choice = choices[item.value];
    if (choice) onHighlight?.(choice.value);
  };

  return (
    <Box flexDirection="column" width={width} height={Math.min(rows, choices.length)} overflow="hidden">
      <KeyWatch lastKey={lastKey} active={active} />
      <WidthContext.Provider value={width}>
        <SelectInput
          key={at.jump}
          items={items}
          initialIndex={at.index}
          isFocused={active}
          limit={limit}
          indicatorComponent={NoIndicator}
          itemComponent={ChoiceItem}
          onSelect={select}
          onHighlight={highlight}
        />
      </WidthContext.Provider>
      {turning ? (
        <Rows lines={[line(`  ${choices.length} entries, the list turns`, 'quiet')]} width={width} />
      ) : null}
    </Box>
  );
}

/** Notes each key before the list sees it: mounted before the list, its listener is called first. */
function KeyWatch({
  lastKey,
  active,
}: {
  readonly lastKey: RefObject<string>;
  readonly active: boolean;
}): ReactNode {
  const note = useCallback(
    (input: string): void => {
      lastKey.current = input;
    },
    [lastKey],
  );
  useInput(note, { isActive: active });
  return null;
}

/** The mark of the selection is part of the entry's own row. */
function NoIndicator(): ReactNode {
  return null;
}

function ChoiceItem({
  label,
  isSelected = false,
}: {
  readonly label: string;
  readonly isSelected?: boolean;
}): ReactNode {
  const { glyphs } = useLook();
  const width = useContext(WidthContext);
  const style = isSelected ? 'selected' : 'plain';
  const mark = isSelected ? glyphs.current : ' ';
  return <Rows lines={[[span(` ${mark} `, style), span(label, style)]]} width={width} />;
}
