// The parts of room chat that other rooms build on.
export { createBatch, type Batch } from './notify/batch.ts'
export { newId } from './wire/id.ts'
