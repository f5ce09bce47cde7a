export const meta = {name: 'label-only', description: 'A script of the tests'}
return await agent('Summarise the log file', {label: 'summary'})
// routed: 1, unread: 0, runs: 1
