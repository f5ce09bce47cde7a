export const meta = {name: 'nested-in-options', description: 'A script of the tests'}
const label = text => String(text).slice(0, 5)
return await agent('Write the summary', {label: label(await agent('Name the report')), phase: 'End'})
// routed: 2, unread: 0, runs: 2
