"""Model routing as code for AI coding tools.

This module stays empty but for the version: every hook imports it.
"""

__version__ = "0.1.0"
