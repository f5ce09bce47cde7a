export const meta = {name: 'escapes-in-strings', description: 'A script of the tests'}
return await agent('Don\'t call agent(\'x\') \\', {label: "a \"quoted\" label"})
// routed: 1, unread: 0, runs: 1
