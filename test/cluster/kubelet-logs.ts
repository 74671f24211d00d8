import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServingCertificate } from '../../src/practice/api/certificate.ts';
import { checkStarted } from '../../src/practice/api/logs.ts';
import type { Clock } from '../../src/practice/clock.ts';
import { messageOf } from '../../src/practice/controllers/control.ts';
import { followLog } from '../../src/practice/controllers/logs.ts';
import { type KubeClient, KubeError } from '../../src/practice/kube-client.ts';

/** The part of a kubelet that the API server asks for logs, on behalf of `kubectl logs`. */
export interface LogServer {
  readonly port: number;
  close(): Promise<void>;
}

const LOOK_MS = 500;

/** Serves `/containerLogs/NAMESPACE/POD/CONTAINER` as a kubelet does, for all Nodes at once, on a free port of 127.0.0.1. */
export async function startLogServer(client: KubeClient, clock: Clock): Promise<LogServer> {
  const { certificate, key } = await createServingCertificate();
  const server = createServer({ cert: certificate, key }, async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'https://kubelet');
    const [, what, namespace = '', name = '', container = ''] = pathname.split('/');
    if (what !== 'containerLogs') {
      response.writeHead(404).end('this kubelet has only logs\n');
      return;
    }
    const gone = new AbortController();
    const pods = { apiVersion: 'v1', resource: 'pods', namespace };
    const flag = (key: string) => searchParams.get(key) === 'true';
    const number = (key: string) => (searchParams.has(key) ? Number(searchParams.get(key)) : undefined);
    let timer: NodeJS.Timeout | undefined;
    response.on('close', () => {
      gone.abort();
      clearInterval(timer);
    });
    try {
      let pod = await client.get(pods, name);
      if (pod === undefined) throw new KubeError({ code: 404, reason: 'NotFound', message: 'no such pod' });
      const first = pod;
      const previous = flag('previous');
      checkStarted(first, container, previous);
      const follow = flag('follow');
      if (follow) {
        timer = setInterval(async () => {
          pod = await client.get(pods, name).catch(() => pod);
        }, LOOK_MS);
      }
      response.writeHead(200, { 'content-type': 'text/plain' }).flushHeaders();
      const settings = {
        follow,
        previous,
        tailLines: number('tailLines'),
        sinceSeconds: number('sinceSeconds'),
        timestamps: flag('timestamps'),
        signal: gone.signal,
      };
      for await (const line of followLog(() => pod, first, container, settings, clock))
        response.write(`${line}\n`);
      response.end();
    } catch (error) {
      if (!response.headersSent) response.writeHead(error instanceof KubeError ? error.status.code : 500);
      response.end(messageOf(error));
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  server.unref();
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
