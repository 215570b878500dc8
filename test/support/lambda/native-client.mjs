// In place of the runtime client's native part, which a build with CMake and curl would make: answers that are no stream.
// What streams, and the wait for the next invocation (AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1), are its own JavaScript.
import Module from 'node:module'

const refuse = (name) => () => {
  throw new Error(`The native client was asked for ${name}.`)
}
const client = { next: refuse('next'), done: refuse('done'), error: refuse('error') }

/** From now on the runtime client finds it. */
export function provideNativeClient() {
  const load = Module._load
  Module._load = (request, ...rest) => (request === './rapid-client.node' ? client : load(request, ...rest))
}
