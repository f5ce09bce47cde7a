"""Ways of doing an attempt: headless Claude Code, the Messages API, an OpenAI-compatible endpoint."""
