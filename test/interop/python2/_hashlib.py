"""Stand-in for python 2.7's _hashlib where that python was built without it.

The interpreter's own hashes under OpenSSL's names, and RIPEMD-160 from libcrypto through ctypes.
Only for running a PyBitmessage as a peer of the interoperability test.
"""
import ctypes
import ctypes.util

import _md5
import _sha
import _sha256
import _sha512

_BUILT_IN = {
    'md5': _md5.new, 'sha1': _sha.new, 'sha224': _sha256.sha224,
    'sha256': _sha256.sha256, 'sha384': _sha512.sha384, 'sha512': _sha512.sha512,
}
openssl_md_meth_names = frozenset(list(_BUILT_IN) + ['ripemd160'])
openssl_md5 = _BUILT_IN['md5']
openssl_sha1 = _BUILT_IN['sha1']
openssl_sha224 = _BUILT_IN['sha224']
openssl_sha256 = _BUILT_IN['sha256']
openssl_sha384 = _BUILT_IN['sha384']
openssl_sha512 = _BUILT_IN['sha512']

_crypto = ctypes.CDLL(ctypes.util.find_library('crypto'))
_crypto.EVP_get_digestbyname.restype = ctypes.c_void_p
_crypto.EVP_Digest.argtypes = [
    ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_void_p,
    ctypes.c_void_p, ctypes.c_void_p]


class _Ripemd160(object):
    name = 'ripemd160'
    digest_size = digestsize = 20
    block_size = 64

    def __init__(self, data=''):
        self._data = str(data)

    def update(self, data):
        self._data += str(data)

    def copy(self):
        return _Ripemd160(self._data)

    def digest(self):
        out = ctypes.create_string_buffer(20)
        kind = _crypto.EVP_get_digestbyname('ripemd160')
        if not _crypto.EVP_Digest(self._data, len(self._data), out, None, kind, None):
            raise ValueError('unsupported hash type')
        return out.raw

    def hexdigest(self):
        return self.digest().encode('hex')


def new(name, string=''):
    name = name.lower()
    if name == 'ripemd160':
        return _Ripemd160(string)
    if name not in _BUILT_IN:
        raise ValueError('unsupported hash type')
    return _BUILT_IN[name](string)
