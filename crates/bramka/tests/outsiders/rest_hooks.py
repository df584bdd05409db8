"""What schemathesis asks our own REST interface: about a company, an invoice and a purchase that are there, mostly.

Found by SCHEMATHESIS_HOOKS. BRAMKA_KEY is the key, BRAMKA_KNOWN the JSON of path parameters by name.
"""

import json
import os

import schemathesis

KNOWN = json.loads(os.environ["BRAMKA_KNOWN"])
# Every third value stays as it was made up.
SEEN = {"count": 0}


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    if path_parameters is None:
        return path_parameters
    SEEN["count"] += 1
    if SEEN["count"] % 3 == 0:
        return path_parameters
    path = context.operation.path
    for name in path_parameters:
        if name == "id" and "/invoices/" not in path:
            continue
        if name in KNOWN:
            path_parameters[name] = KNOWN[name]
    return path_parameters


@schemathesis.hook
def before_call(context, case, kwargs):
    case.headers = {**(case.headers or {}), "X-API-Key": os.environ["BRAMKA_KEY"]}
