// The door for sibling rooms: what drivers and readers have in common, and users never need.
export { closedError } from './closed-error.ts'
