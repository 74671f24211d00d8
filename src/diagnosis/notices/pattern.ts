/**
 * Regular expressions that runbooks apply to anybody's text, in time linear in its length: all that may match is followed at once
 * (Thompson), nothing is tried again. Known are `. [a-z] [^a-z] \d \w \s \. ( ) (?: ) | * + ? {2,3} ^ $`.
 */

/** Whether the expression matches somewhere in the text. */
export type Pattern = (text: string) => boolean;

type PatternReading =
  | { readonly ok: true; readonly pattern: Pattern }
  /** `why` goes on after "the expression": `ends within a group`. */
  | { readonly ok: false; readonly why: string };

const longest = 500;
const mostSteps = 4_000;
const deepest = 50;

type Node =
  | { readonly type: 'one'; readonly takes: (code: string) => boolean }
  | { readonly type: 'edge'; readonly at: 'start' | 'end' }
  | { readonly type: 'all'; readonly nodes: readonly Node[] }
  | { readonly type: 'either'; readonly nodes: readonly Node[] }
  | { readonly type: 'many'; readonly node: Node; readonly least: number; readonly most: number };

type Step =
  | { readonly type: 'one'; readonly takes: (code: string) => boolean }
  | { readonly type: 'edge'; readonly at: 'start' | 'end' }
  | { readonly type: 'go'; to: readonly number[] }
  | { readonly type: 'match' };

class Refused extends Error {}

/** Reads an expression, or says why it cannot be one. */
export function readPattern(source: string): PatternReading {
  try {
    if (source.length > longest) throw new Refused(`has more than ${longest} characters`);
    const steps = compiled(new Reader(source).whole());
    return { ok: true, pattern: (text) => matches(steps, text) };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, why: error.message };
    throw error;
  }
}

/** A name with `*` for any characters, matched as a whole. */
export function readGlob(glob: string): Pattern {
  const takes = (wanted: string): Node => ({ type: 'one', takes: (code) => code === wanted });
  const any: Node = { type: 'many', node: { type: 'one', takes: () => true }, least: 0, most: Infinity };
  const nodes = [...glob.slice(0, longest)].map((each) => (each === '*' ? any : takes(each)));
  const steps = compiled({
    type: 'all',
    nodes: [{ type: 'edge', at: 'start' }, ...nodes, { type: 'edge', at: 'end' }],
  });
  return (text) => matches(steps, text);
}

const classes: Readonly<Record<string, (code: string) => boolean>> = {
  d: (code) => /^[0-9]$/.test(code),
  D: (code) => !/^[0-9]$/.test(code),
  w: (code) => /^[A-Za-z0-9_]$/.test(code),
  W: (code) => !/^[A-Za-z0-9_]$/.test(code),
  s: (code) => /^\s$/.test(code),
  S: (code) => !/^\s$/.test(code),
};

class Reader {
  readonly #source: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(source: string) {
    this.#source = [...source];
  }

  whole(): Node {
    const node = this.#either();
    if (this.#at < this.#source.length) throw new Refused('closes a group that was not opened');
    return node;
  }

  #either(): Node {
    this.#depth += 1;
    if (this.#depth > deepest) throw new Refused(`has groups more than ${deepest} deep`);
    const nodes = [this.#all()];
    while (this.#take('|')) nodes.push(this.#all());
    this.#depth -= 1;
    return nodes.length === 1 ? nodes[0]! : { type: 'either', nodes };
  }

  #all(): Node {
    const nodes: Node[] = [];
    for (let next = this.#next(); next !== undefined && next !== '|' && next !== ')'; next = this.#next()) {
      nodes.push(this.#repeated(this.#one()));
    }
    return { type: 'all', nodes };
  }

  #repeated(node: Node): Node {
    const next = this.#next();
    const counted = next === '{' ? this.#count() : undefined;
    const [least, most] =
      counted ?? (next === '*' ? [0, Infinity] : next === '+' ? [1, Infinity] : next === '?' ? [0, 1] : []);
    if (least === undefined || most === undefined) return node;
    if (counted === undefined) this.#at += 1;
    if (node.type === 'edge') throw new Refused('repeats a beginning or an end');
    if (['*', '+', '?', '{'].includes(this.#next() ?? '')) {
      throw new Refused('repeats a repetition (lazy and possessive ones are not known)');
    }
    return { type: 'many', node, least, most };
  }

  #count(): readonly [number, number] {
    const found = /^\{(\d{1,3})(?:(,)(\d{1,3})?)?\}/.exec(
      this.#source.slice(this.#at, this.#at + 12).join(''),
    );
    if (!found) throw new Refused('has a { that is no repetition: write \\{');
    this.#at += found[0].length;
    const least = Number(found[1]);
    const most = found[3] !== undefined ? Number(found[3]) : found[2] === undefined ? least : Infinity;
    if (most < least) throw new Refused('repeats at most less than at least');
    return [least, most];
  }

  #one(): Node {
    const next = this.#source[this.#at++]!;
    switch (next) {
      case '(': {
        if (this.#take('?') && !this.#take(':')) throw new Refused('has a group of a kind that is not known');
        const node = this.#either();
        if (!this.#take(')')) throw new Refused('ends within a group');
        return node;
      }
      case '[':
        return { type: 'one', takes: this.#set() };
      case '^':
        return { type: 'edge', at: 'start' };
      case '$':
        return { type: 'edge', at: 'end' };
      case '.':
        return { type: 'one', takes: () => true };
      case '\\':
        return { type: 'one', takes: this.#escaped() };
      case '*':
      case '+':
      case '?':
      case '{':
        throw new Refused(`repeats nothing with ${next}`);
      default:
        return { type: 'one', takes: (code) => code === next };
    }
  }

  #set(): (code: string) => boolean {
    const not = this.#take('^');
    const takes: ((code: string) => boolean)[] = [];
    for (let first = true; first || this.#next() !== ']'; first = false) {
      const from = this.#source[this.#at++];
      if (from === undefined) throw new Refused('ends within [ ]');
      if (from === '\\') {
        takes.push(this.#escaped());
      } else if (this.#next() === '-' && ![undefined, ']'].includes(this.#source[this.#at + 1])) {
        const to = this.#source[this.#at + 1]!;
        this.#at += 2;
        if (to < from || to === '\\') throw new Refused(`has no range ${from}-${to}`);
        takes.push((code) => code >= from && code <= to);
      } else takes.push((code) => code === from);
    }
    this.#at += 1;
    return (code) => takes.some((one) => one(code)) !== not;
  }

  #escaped(): (code: string) => boolean {
    const next = this.#source[this.#at++];
    if (next === undefined) throw new Refused('ends with \\');
    const known = classes[next];
    if (known) return known;
    if (/^[A-Za-z0-9]$/.test(next)) throw new Refused(`has \\${next}, which is not known`);
    return (code) => code === next;
  }

  #next(): string | undefined {
    return this.#source[this.#at];
  }

  #take(wanted: string): boolean {
    if (this.#next() !== wanted) return false;
    this.#at += 1;
    return true;
  }
}

function compiled(node: Node): readonly Step[] {
  const steps: Step[] = [];
  const add = <S extends Step>(step: S): S => {
    if (steps.length >= mostSteps) throw new Refused('repeats too much');
    steps.push(step);
    return step;
  };
  const emit = (one: Node): void => {
    switch (one.type) {
      case 'one':
      case 'edge':
        add(one);
        return;
      case 'all':
        for (const each of one.nodes) emit(each);
        return;
      case 'either': {
        const fork = add({ type: 'go', to: [] as readonly number[] });
        const ends = one.nodes.map((each) => {
          fork.to = [...fork.to, steps.length];
          emit(each);
          return add({ type: 'go', to: [] as readonly number[] });
        });
        for (const end of ends) end.to = [steps.length];
        return;
      }
      case 'many': {
        for (let count = 0; count < one.least; count += 1) emit(one.node);
        if (one.most === Infinity) {
          const fork = add({ type: 'go', to: [] as readonly number[] });
          const begin = steps.length - 1;
          emit(one.node);
          add({ type: 'go', to: [begin] });
          fork.to = [begin + 1, steps.length];
          return;
        }
        const forks = Array.from({ length: one.most - one.least }, () => {
          const fork = add({ type: 'go', to: [] as readonly number[] });
          const inside = steps.length;
          emit(one.node);
          return { fork, inside };
        });
        for (const { fork, inside } of forks) fork.to = [inside, steps.length];
      }
    }
  };
  emit(node);
  add({ type: 'match' });
  return steps;
}

/** Each step is taken at most once for each character. */
function matches(steps: readonly Step[], text: string): boolean {
  const codes = [...text];
  let open: Set<number> = new Set();
  for (let at = 0; at <= codes.length; at += 1) {
    // It may begin anywhere.
    open.add(0);
    const reached = [...open];
    for (const index of reached) {
      const step = steps[index]!;
      if (step.type === 'match') return true;
      const on =
        step.type === 'go'
          ? step.to
          : step.type === 'edge' && at === (step.at === 'start' ? 0 : codes.length)
            ? [index + 1]
            : [];
      for (const next of on) {
        if (open.has(next)) continue;
        open.add(next);
        reached.push(next);
      }
    }
    const code = codes[at];
    if (code === undefined) return false;
    const after = new Set<number>();
    for (const index of open) {
      const step = steps[index]!;
      if (step.type === 'one' && step.takes(code)) after.add(index + 1);
    }
    open = after;
  }
  return false;
}
