/** A list of connections, as text or as JSON, made while it is written: a cluster may have a million. */
import type { Connection } from '../../diagnosis/network-policy/connectivity.ts';

const CHUNK = 64 * 1024;

/** `src => dst : TCP 80,8080-8090,UDP 53`, one a line. */
export function* textOf(connections: Iterable<Connection>): Generator<string> {
  yield* inChunks(connections, ({ src, dst, conn }) => `${src} => ${dst} : ${conn}\n`);
}

/** `[{src, dst, conn}]`, indented by two. */
export function* jsonOf(connections: Iterable<Connection>): Generator<string> {
  let first = true;
  const item = ({ src, dst, conn }: Connection) => {
    const comma = first ? '[' : ',';
    first = false;
    return `${comma}\n  {\n    "src": ${JSON.stringify(src)},\n    "dst": ${JSON.stringify(dst)},\n    "conn": ${JSON.stringify(conn)}\n  }`;
  };
  yield* inChunks(connections, item);
  yield first ? '[]\n' : '\n]\n';
}

function* inChunks<T>(all: Iterable<T>, write: (one: T) => string): Generator<string> {
  let chunk = '';
  for (const one of all) {
    chunk += write(one);
    if (chunk.length >= CHUNK) {
      yield chunk;
      chunk = '';
    }
  }
  if (chunk !== '') yield chunk;
}

/** Writes no faster than the reader takes it. A reader that has seen enough ends it. */
export async function writeAll(chunks: Iterable<string>, out: NodeJS.WriteStream): Promise<void> {
  let open = true;
  let go = () => {};
  const stop = () => {
    open = false;
    go();
  };
  const on = () => go();
  out.on('drain', on).on('close', stop).on('error', stop);
  try {
    for (const chunk of chunks) {
      if (!out.write(chunk)) {
        await new Promise<void>((resolve) => {
          go = resolve;
          if (!open || !out.writableNeedDrain) resolve();
        });
      }
      if (!open) return;
    }
  } finally {
    out.off('drain', on).off('close', stop).off('error', stop);
  }
}
