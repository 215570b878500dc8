// inspector-client: the inspector inside a page: shows every stream that the page reads, from any server.
export { inspect, type InspectOptions } from './inspect.ts'
export { TidingsError, type ErrorCode } from '../base/index.ts'
