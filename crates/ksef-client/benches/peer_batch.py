"""What PyPI's ksef-client does with a folder of invoices: read, pack, encrypt, hash. Prints one line of JSON.

    python peer_batch.py FOLDER Zip|TarGz
"""

import json
import resource
import sys
import time
from pathlib import Path

from ksef_client.services.batch import encrypt_batch_parts
from ksef_client.services.crypto import generate_iv, generate_symmetric_key
from ksef_client.utils.zip_utils import build_tar_gz, build_zip

folder, kind = Path(sys.argv[1]), sys.argv[2]
began, cpu = time.perf_counter(), time.process_time()
files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
package = (build_tar_gz if kind == "TarGz" else build_zip)(files)
encrypt_batch_parts(package, generate_symmetric_key(), generate_iv())
print(
    json.dumps(
        {
            "wall": time.perf_counter() - began,
            "cpu": time.process_time() - cpu,
            "bytes": len(package),
            "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        }
    )
)
