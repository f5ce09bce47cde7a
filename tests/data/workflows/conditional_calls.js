export const meta = {name: 'conditional-calls', description: 'A script of the tests'}
const deep = 1 > 2
const x = deep ? await agent('Audit everything') : await agent('Skim the readme', {label: deep ? 'a' : 'b'})
return x && (await agent('Write it down'))
// routed: 3, unread: 0, runs: 2
