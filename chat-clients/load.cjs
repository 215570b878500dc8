// Imports a client as a program in this folder would; required by test/support/chat/client-package.ts.
exports.load = (name) => import(name)
