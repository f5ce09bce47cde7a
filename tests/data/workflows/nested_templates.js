export const meta = {name: 'nested-templates', description: 'A script of the tests'}
const names = ['a', 'b']
return await agent(`Review ${names.map(name => `the module ${name + `.${'py'}`}`).join(' and ')} for style`)
// routed: 1, unread: 0, runs: 1
