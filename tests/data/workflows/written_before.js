export const meta = {name: 'written-before', description: 'A script of the tests'}
return await agent('Write the README section on installing.', {model: 'opus' /*tierwise*/, effort: 'max' /*tierwise*/, label: 'again'})
// routed: 1, unread: 0, runs: 1
