export const meta = {name: 'variable-prompt', description: 'A script of the tests'}
const prompt = 'Design the module boundaries of the billing service'
return await agent(prompt, {label: 'architecture'})
// routed: 1, unread: 0, runs: 1
