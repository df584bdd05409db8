"""What a Python client does with one invoice before it is sent: hash, encrypt, hash. Prints seconds for one.

    python peer_invoice.py FILE SECONDS

Measures PyPI's ksef2 if it is there, else PyPI's ksef-client; says which.
"""

import json
import os
import sys
import time
from pathlib import Path

content, seconds = Path(sys.argv[1]).read_bytes(), float(sys.argv[2])
try:
    from ksef2._core.crypto import encrypt_invoice, sha256_b64

    name, key, iv = "ksef2", os.urandom(32), os.urandom(16)

    def prepare():
        first = sha256_b64(content)
        encrypted = encrypt_invoice(content, key, iv)
        return first, encrypted, sha256_b64(encrypted)

except ImportError:
    from ksef_client.services.crypto import encrypt_aes_cbc_pkcs7, sha256_base64

    name, key, iv = "ksef-client", os.urandom(32), os.urandom(16)

    def prepare():
        first = sha256_base64(content)
        encrypted = encrypt_aes_cbc_pkcs7(content, key, iv)
        return first, encrypted, sha256_base64(encrypted)


prepare()
count, began = 0, time.process_time()
while time.process_time() - began < seconds:
    for _ in range(100):
        prepare()
    count += 100
print(json.dumps({"name": name, "seconds": (time.process_time() - began) / count}))
