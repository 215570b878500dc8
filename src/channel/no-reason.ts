// The reason of an abort that nobody looks at.

/** Without a reason, each abort makes an error with its stack: two thirds of what it costs. */
export const noReason = 'over'
