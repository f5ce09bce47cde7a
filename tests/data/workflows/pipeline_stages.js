export const meta = {name: 'pipeline-stages', description: 'A script of the tests'}
const DIMENSIONS = [{key: 'bugs', prompt: 'Review the diff for bugs'}, {key: 'style', prompt: 'Review the diff for style'}]
return await pipeline(DIMENSIONS,
  d => agent(d.prompt, {label: `review:${d.key}`, phase: 'Review'}),
  (review, d) => agent(`Verify this finding of ${d.key}: ${review}`, {label: `verify:${d.key}`, phase: 'Verify'}))
// routed: 2, unread: 0, runs: 4
