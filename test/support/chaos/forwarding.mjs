// A journal that passes every call on to another: what the journals of a chaos run are made of.

export function forwarding(journal) {
  const calls = ['append', 'appendAll', 'read', 'erase', 'watch', 'trim', 'ready', 'close']
  const passed = calls.map((name) => [name, (...given) => journal[name](...given)])
  return { durability: journal.durability, ...Object.fromEntries(passed) }
}
