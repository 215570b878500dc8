export default defineEventHandler(() => 'Nitro answers here.')
