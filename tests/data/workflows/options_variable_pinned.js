export const meta = {name: 'options-variable-pinned', description: 'A script of the tests'}
const options = {label: 'port', model: 'opus', effort: 'max'}
return await agent('Find where the port is set', options)
// routed: 1, unread: 0, runs: 1
