export const meta = {name: 'concatenated-prompt', description: 'A script of the tests'}
const file = 'src/db/schema.sql'
return await agent('Change the database schema in ' + file + ' and write a migration', {label: 'db'})
// routed: 1, unread: 0, runs: 1
