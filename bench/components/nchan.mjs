// nginx with nchan (Debian's package libnginx-mod-nchan): the reference implementation in C for `fan-out`.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, onCore, toComponent, untilItAnswers } from './component.mjs'

const nginx = '/usr/sbin/nginx'
const nchanModule = '/usr/lib/nginx/modules/ngx_nchan_module.so'

/** The reason why nchan cannot be measured on this machine; `undefined` if it can. */
export function whyNoNchan() {
  return existsSync(nginx) && existsSync(nchanModule) ? undefined : 'no nginx with libnginx-mod-nchan here'
}

/** Starts nginx on core `core`; resolves to `{ port, pid, stop() }`. */
export async function startNchan(core) {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-nchan-'))
  const port = await freePort()
  writeFileSync(join(folder, 'nginx.conf'), configure(folder, port))
  const [program, ...flags] = onCore(core, [nginx, '-c', join(folder, 'nginx.conf'), '-p', folder, '-e', 'stderr'])
  const child = spawn(program, flags, { stdio: ['ignore', 'ignore', 'ignore'] })
  const component = toComponent(child, { port, onEnd: () => rmSync(folder, { recursive: true, force: true }) })
  await untilItAnswers(port)
  return component
}

function configure(folder, port) {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  )
  return `load_module ${nchanModule};
daemon off;
master_process off;
pid ${folder}/pid;
worker_rlimit_nofile 65536;
events { worker_connections 20000; }
http {
  access_log off;
  keepalive_requests 100000000;
  keepalive_timeout 1h;
  ${paths.join(' ')}
  server {
    listen 127.0.0.1:${port} backlog=1024;
    location = /publish { nchan_publisher; nchan_channel_id bench; nchan_message_buffer_length 10000; }
    location = /events { nchan_subscriber eventsource; nchan_channel_id bench; nchan_subscriber_first_message newest; }
  }
}
`
}
