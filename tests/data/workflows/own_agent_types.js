export const meta = {name: 'own-agent-types', description: 'A script of the tests'}
return [await agent('Check the build plan', {agentType: 'build-checker'}), await agent('Go on', {agentType: 'formatter'})]
// routed: 2, unread: 0, runs: 2
