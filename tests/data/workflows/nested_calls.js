export const meta = {name: 'nested-calls', description: 'A script of the tests'}
return await agent('Fix what this found: ' + await agent('Find the dead code', {label: 'inner'}), {label: 'outer'})
// routed: 2, unread: 0, runs: 2
