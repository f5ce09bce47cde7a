export const meta = {name: 'one-prompt', description: 'A script of the tests'}
return await agent('Write the README section on installing.')
// routed: 1, unread: 0, runs: 1
