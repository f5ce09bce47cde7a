export const meta = {name: 'options-variable', description: 'A script of the tests'}
const options = {label: 'port', agentType: 'Explore'}
return await agent('Find the port', options)
// routed: 1, unread: 0, runs: 1
