"""What ``python -m analysis.report.run.kernelstart.kernel`` runs: a server of kernels, in the moment before there is a program.

The interpreter's own ``-m`` imports the package of a module first, then asks for the module's code. The import serves; in each fork it
ends, and the code that is asked for is that of ipykernel's launcher. So nothing of ours stands on a kernel's stack, which whoever
prints one (``logging`` does, of a message that cannot be formatted) would see.
"""

import sys

from analysis.report.run import kernelserver

if sys.argv[0] == "-m":  # not when it is imported by anybody else
    kernelserver.serve(f"{__name__}.kernel")
