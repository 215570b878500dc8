// The door for sibling rooms: cassettes as they are played to a socket.
export { playChecks } from './play/plan.ts'
export { Playing, type Arrival } from './play/play.ts'
export { createChooser, type Answer } from './play/source.ts'
