export const meta = {name: 'function-prompt', description: 'A script of the tests'}
function verifyPrompt(claim) { return `Validate the requirement with fresh eyes: ${claim}` }
const shorter = claim => `Summarise: ${claim}`
return [await agent(verifyPrompt('it works')), await agent(shorter('a log'))]
// routed: 2, unread: 0, runs: 2
