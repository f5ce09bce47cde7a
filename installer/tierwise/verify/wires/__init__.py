"""How the APIs of model providers spell requests and replies: one module an API."""
