export const meta = {name: 'other-agents', description: 'A script of the tests'}
const team = {agent: (text) => text, list: ['x']}
const kept = team.agent('not ours', {model: 'opus'})
return [kept, team?.agent('nor this'), await agent('Write a comment on ' + kept)]
// routed: 1, unread: 0, runs: 1
