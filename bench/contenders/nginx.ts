import { existsSync, mkdirSync } from 'node:fs';
import { gatewayCore, pinned } from '../machine.ts';
import type { TemporaryFolder } from '../temporary-folder.ts';
import { type Contender, freePort, launch } from './contender.ts';

/** The path of nginx, or undefined where it is not installed. */
export const findNginx = (): string | undefined =>
  Bun.which('nginx') ?? ['/usr/sbin/nginx', '/usr/local/sbin/nginx'].find((path) => existsSync(path));

/** One worker that passes everything on over kept connections: the yardstick. */
export const startNginx = async (folder: TemporaryFolder, upstreamPort: number): Promise<Contender> => {
  const nginx = findNginx();
  if (nginx === undefined) throw new Error('nginx is not installed.');
  const [port, streamPort] = [freePort(), freePort()];
  const root = folder.file('nginx');
  mkdirSync(root, { recursive: true });
  await Bun.write(`${root}/nginx.conf`, configuration({ root, port, streamPort, upstreamPort }));
  return launch({
    id: 'nginx',
    command: pinned(gatewayCore, [nginx, '-p', root, '-c', `${root}/nginx.conf`, '-e', `${root}/error.log`]),
    environment: {},
    port,
    streamPort,
    readyPath: '/ready',
    logFile: `${root}/output.log`,
  });
};

interface Places {
  readonly root: string;
  readonly port: number;
  readonly streamPort: number;
  readonly upstreamPort: number;
}

const configuration = ({ root, port, streamPort, upstreamPort }: Places): string => `
daemon off;
worker_processes 1;
worker_rlimit_nofile 16384;
pid ${root}/nginx.pid;
events { worker_connections 8192; }
http {
  access_log off;
  client_body_buffer_size 64k;
  client_body_temp_path ${root}/body;
  proxy_temp_path ${root}/proxy;
  fastcgi_temp_path ${root}/fastcgi;
  uwsgi_temp_path ${root}/uwsgi;
  scgi_temp_path ${root}/scgi;
  keepalive_requests 1000000000;
  keepalive_timeout 600s;
  upstream fixed { server 127.0.0.1:${upstreamPort}; keepalive 2048; keepalive_requests 1000000000; keepalive_timeout 600s; }
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  ${server(port, 'on')}
  ${server(streamPort, 'off')}
}
`;

const server = (port: number, buffering: 'on' | 'off'): string =>
  `server { listen 127.0.0.1:${port} backlog=4096; location = /ready { return 200; } location / { proxy_pass http://fixed; proxy_buffering ${buffering}; } }`;
