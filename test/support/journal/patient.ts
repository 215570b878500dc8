/**
 * The `timeoutMs` of journals in tests that are about what is kept and in which order, in milliseconds. With the
 * default of five seconds, a machine that is busy with other tests decides whether they pass.
 */
export const patientMs = 60_000
