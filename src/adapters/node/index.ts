// node: serves over node:http and node:http2, writing the frames itself.
export type { NodeServer } from './connections.ts'
export { toNodeHandler, type NodeHandler, type NodeHandlerOptions } from './handler.ts'
export { nodeHost, type HostRequest, type NodeHost } from './host.ts'
export { serve, type NodeServeHandle } from './serve.ts'
