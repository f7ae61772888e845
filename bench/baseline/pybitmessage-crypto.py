"""PyBitmessage's own cryptography, timed: a child of bench/decrypt.ts and bench/addresses.ts.

Arguments: the checkout's src folder, then folders with what it imports. Every line of the input is a
task and a number of runs; the answer is the seconds they took. `miss` tries a container of some
300 bytes, or of 256 KiB for `miss-long`, with a key that it is not for.
"""
import os
import sys
import time
from binascii import hexlify

sys.path[0:0] = sys.argv[1:]

import highlevelcrypto  # noqa: E402

KEY = os.urandom(32)
PUBLIC = highlevelcrypto.pointMult(KEY)
MESSAGE = b'm' * 500
CRYPTOR = highlevelcrypto.makeCryptor(hexlify(os.urandom(32)))
SHORT, LONG = [highlevelcrypto.encrypt(b'x' * length, hexlify(PUBLIC)) for length in (300, 261000)]
SIGNATURE = highlevelcrypto.sign(MESSAGE, hexlify(KEY))


def miss(container):
    try:
        CRYPTOR.decrypt(container)
    except Exception:  # How it says that the message is for somebody else.
        return
    raise AssertionError('a container opened that is not for this key')


def try_random():
    _, public = highlevelcrypto.random_keys()
    highlevelcrypto.to_ripe(PUBLIC, public)


def try_deterministic():
    _, signing = highlevelcrypto.deterministic_keys(MESSAGE, b'\x01')
    _, encryption = highlevelcrypto.deterministic_keys(MESSAGE, b'\x02')
    highlevelcrypto.to_ripe(signing, encryption)


TASKS = {
    'miss': lambda: miss(SHORT),
    'miss-long': lambda: miss(LONG),
    'sign': lambda: highlevelcrypto.sign(MESSAGE, hexlify(KEY)),
    'verify': lambda: highlevelcrypto.verify(MESSAGE, SIGNATURE, hexlify(PUBLIC)),
    'random': try_random,
    'deterministic': try_deterministic,
}

print('ready')
sys.stdout.flush()
while True:
    line = sys.stdin.readline()
    if not line:
        break
    name, runs = line.split()
    task = TASKS[name]
    start, used = time.time(), time.clock()
    for _ in range(int(runs)):
        task()
    print('%r %r' % (time.time() - start, time.clock() - used))
    sys.stdout.flush()
