export const meta = {name: 'no-semicolons', description: 'A script of the tests'}
const a = await agent('Find the config')
const b = await agent('Fix the config')
;[a, b].forEach(x => x)
return [a, b]
// routed: 2, unread: 0, runs: 2
