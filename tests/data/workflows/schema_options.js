export const meta = {name: 'schema-options', description: 'A script of the tests'}
const SCHEMA = {type: 'object', properties: {model: {type: 'string'}, effort: {type: 'string'}}}
const again = {schemaless: true}
return await agent('Classify this ticket', {label: `kind:${again.schemaless}`, phase: 'Sort'})
// routed: 1, unread: 0, runs: 1
