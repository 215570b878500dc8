// The door for sibling rooms: what drivers and readers share, and users never need.
export { byteLength } from './byte-length.ts'
export { closedError } from './closed-error.ts'
export { closedLogError, wrongEpochError, wrongSeqError } from './fence.ts'
