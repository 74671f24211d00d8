import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTarGzip } from 'nanotar';
import { stringify } from 'yaml';
import { chartFiles, chartMetadata } from './chart-files.ts';
import { allCharts, type ChartId } from './chart-versions.ts';

/** A chart repository that is served. */
export interface ChartRepository {
  /** What `helm repo add` takes. */
  readonly url: string;
  close(): Promise<void>;
}

const fileName = ({ name, version }: ChartId): string => `${name}-${version}.tgz`;

function indexOf(charts: readonly ChartId[]): string {
  const entries: Record<string, object[]> = {};
  for (const chart of charts) {
    const entry = { ...chartMetadata(chart), urls: [fileName(chart)] };
    entries[chart.name] = [...(entries[chart.name] ?? []), entry];
  }
  return stringify({ apiVersion: 'v1', entries }, { aliasDuplicateObjects: false });
}

const archiveOf = (chart: ChartId): Promise<Uint8Array> =>
  createTarGzip(
    Object.entries(chartFiles(chart)).map(([path, data]) => ({ name: `${chart.name}/${path}`, data })),
  );

/**
 * Serves the charts of every known release on 127.0.0.1: an index, and archives that are made when somebody asks for them. Two releases
 * whose charts have the same number are one archive, the later one's.
 */
export async function serveCharts(port = 0): Promise<ChartRepository> {
  const charts = new Map(allCharts().map((chart) => [`/${fileName(chart)}`, chart]));
  const index = indexOf([...charts.values()]);
  const server = createServer(async ({ url = '/' }, response) => {
    const path = new URL(url, 'http://charts').pathname;
    const chart = charts.get(path);
    try {
      if (path === '/index.yaml') response.writeHead(200, { 'content-type': 'application/yaml' }).end(index);
      else if (chart === undefined) response.writeHead(404).end(`There is no ${path} here.\n`);
      else response.writeHead(200, { 'content-type': 'application/gzip' }).end(await archiveOf(chart));
    } catch (error) {
      response.writeHead(500).end(`${error instanceof Error ? error.message : String(error)}\n`);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
