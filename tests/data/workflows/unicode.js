export const meta = {name: 'unicode', description: 'A script of the tests'}
const größe = 'Übersetze die Größe: 日本語 🎉'
return await agent(größe + ` – ${'é'}`, {label: 'größe'})
// routed: 1, unread: 0, runs: 1
