export const meta = {name: 'then-chain', description: 'A script of the tests'}
return await agent('Find the entry point').then(text => agent(`Document ${text}`, {label: 'doc'})).catch(() => null)
// routed: 2, unread: 0, runs: 2
