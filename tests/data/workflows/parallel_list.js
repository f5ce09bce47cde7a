export const meta = {name: 'parallel-list', description: 'A script of the tests'}
return await parallel([
  () => agent('Write docs for the parser'),
  () => agent('Debug the flaky test in test_cache.py, the cause is unknown'),
  async () => { const found = await agent('Search for TODO comments', {agentType: 'Explore'}); return found },
])
// routed: 3, unread: 0, runs: 3
