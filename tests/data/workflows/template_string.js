export const meta = {name: 'template-string', description: 'A script of the tests'}
const area = 'cache'
return await agent(`Investigate why the ${area} loses entries under load`, {label: `debug:${area}`})
// routed: 1, unread: 0, runs: 1
