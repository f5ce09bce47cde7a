export const meta = {name: 'own-definition', description: 'A script of the tests'}
const wrapped = { agent(text) { return text } }
return [wrapped.agent('x'), await agent('Write one line')]
// routed: 1, unread: 1, runs: 1
