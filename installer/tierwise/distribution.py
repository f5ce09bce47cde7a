"""Where this version is installed from: the repository at a tag, since no package index has the name."""

from tierwise import __version__

SOURCE = f"git+https://github.com/tierwise/tierwise@v{__version__}"
