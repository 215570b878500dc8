// Child process: one server of the scoreboard. `node bench/doctor/child.mjs hono` prints its address.
const { start } = await import(`./${process.argv[2]}.mjs`)
console.log(`listening http://127.0.0.1:${await start()}`)
