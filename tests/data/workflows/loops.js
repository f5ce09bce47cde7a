export const meta = {name: 'loops', description: 'A script of the tests'}
const found = []
for (const part of ['api', 'ui']) {
  found.push(await agent(`Write tests for ${part}`))
}
for (let i = 0; i < 2; i++) found.push(await agent(`Write more tests, round ${i}`))
let dry = 0
while (dry < 1) { dry++; found.push(await agent('Find more bugs')) }
do { dry++ } while (dry < 2)
return found
// routed: 3, unread: 0, runs: 5
