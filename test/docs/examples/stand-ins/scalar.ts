// The text of the script of Scalar's page.
export const scalar = 'globalThis.Scalar = { createApiReference() {} }'
