"""Other tools' clients, each made to spawn one role: one module a tool."""
