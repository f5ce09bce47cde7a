export const meta = {name: 'trailing-commas', description: 'A script of the tests'}
const one = await agent('Rename foo to bar in util.py',)
return [one, await agent('Write a changelog entry', {label: 'changelog',},)]
// routed: 2, unread: 0, runs: 2
