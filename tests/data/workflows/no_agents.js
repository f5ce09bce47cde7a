export const meta = {name: 'no-agents', description: 'A script of the tests'}
log('nothing to do')
return 1
// routed: 0, unread: 0, runs: 0
