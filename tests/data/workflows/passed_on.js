export const meta = {name: 'passed-on', description: 'A script of the tests'}
const start = agent
return [await start('Tidy up'), await agent('Write the docstrings')]
// routed: 1, unread: 1, runs: 2
