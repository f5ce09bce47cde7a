"""The one hook shim: finds the package beside itself and hands it one event of Claude Code's.

    python3 -S -E hooks/run.py PreToolUse < event.json

Whatever goes wrong, it prints nothing and exits 0: a fault of ours never breaks a session.  Python compiles this
file anew for every event, so that what only a fault needs stands in a file of its own.
"""

import gc
import os
import sys

gc.disable()  # the process is over before there is anything to collect
event = "".join(sys.argv[1:2])
folder = os.path.dirname(__file__)
try:
    root = os.path.dirname(folder)
    package = os.path.join(root, "installer")  # in a checkout
    if os.path.basename(root) == "_bundle":  # in a wheel, in the package itself
        package = os.path.dirname(os.path.dirname(root))
    sys.path.insert(0, package)
    from tierwise.compiled import import_compiled

    import_compiled()
    from tierwise.claude_hooks.hook import main

    main(event)
    sys.stdout.flush()
except BaseException as fault:  # also SystemExit: exit code 2 would block the user's call
    sys.path.insert(0, folder)
    from note_fault import note_fault

    note_fault(event, fault)
finally:
    os._exit(0)  # no teardown: faster, and a closed pipe cannot turn into an exit code
