"""The little of psutil that PyBitmessage's test_api.py uses, for a process of our own."""
import os
import subprocess
import time

version_info = (5, 9, 0)


class NoSuchProcess(Exception):
    pass


class TimeoutExpired(Exception):
    pass


class Process(object):
    def __init__(self, pid):
        self.pid = pid

    def send_signal(self, number):
        try:
            os.kill(self.pid, number)
        except OSError:
            raise NoSuchProcess(self.pid)

    def kill(self):
        self.send_signal(9)

    def wait(self, timeout=None):
        end = None if timeout is None else time.time() + timeout
        while True:
            try:
                pid, _ = os.waitpid(self.pid, os.WNOHANG)
            except OSError:
                return
            if pid:
                return
            if end is not None and time.time() > end:
                raise TimeoutExpired(timeout)
            time.sleep(0.05)

    def children(self, recursive=False):
        return []


class Popen(Process):
    def __init__(self, *args, **kwargs):
        self._child = subprocess.Popen(*args, **kwargs)
        super(Popen, self).__init__(self._child.pid)
