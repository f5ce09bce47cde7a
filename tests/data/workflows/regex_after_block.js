export const meta = {name: 'regex-after-block', description: 'A script of the tests'}
{ }
/agent\("/.exec('agent("')
return await agent('List all call sites of parse()')
// routed: 1, unread: 0, runs: 1
