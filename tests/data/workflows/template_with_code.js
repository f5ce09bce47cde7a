export const meta = {name: 'template-with-code', description: 'A script of the tests'}
return await agent(`Explain this text: agent('not a call') and \`agent("neither")\` and \${agent}`)
// routed: 1, unread: 0, runs: 1
