export const meta = {name: 'spread-pinned-options', description: 'A script of the tests'}
const shared = {model: 'haiku', effort: 'low'}
return await agent('Audit authentication for vulnerabilities', {label: 'auth', ...shared,})
// routed: 1, unread: 0, runs: 1
