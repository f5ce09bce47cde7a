export const meta = {name: 'regex-literals', description: 'A script of the tests'}
const text = 'agent(1) / 2'
const found = /agent\('[^/)]*'\)/.test(text) || /[/]agent("x")/g.test(text)
const half = text.length / 2 / 1
return await agent(`Find where the port is configured, ${found}, ${half}`)
// routed: 1, unread: 0, runs: 1
