"""Runs the MiNode of MINODE_DIR as a peer of one trusted node; each line on stdin makes it publish an object."""
import multiprocessing
import os
import random
import sys
import threading
import time

sys.path.insert(0, os.environ['MINODE_DIR'])

# Python 3.11 no longer samples sets, which MiNode asks for.
sample = random.sample
random.sample = lambda population, k: sample(list(population), k)

MSG = 2
LIFETIME_S = 3600
PAYLOAD_BYTES = 60


def publish_on_request():
    from minode import pow as proof_of_work, structure

    for _ in sys.stdin:
        expires = int(time.time()) + LIFETIME_S
        unsigned = structure.Object(b'\0' * 8, expires, MSG, 1, 1, os.urandom(PAYLOAD_BYTES))
        proof_of_work.do_pow_and_publish(unsigned)
    os._exit(0)


if __name__ == '__main__':
    multiprocessing.set_start_method('spawn')
    from minode import main

    threading.Thread(target=publish_on_request, daemon=True).start()
    main.main()
