// The functions of zlib that are called; see Sources/CLazy.
LAZY(crc32)
LAZY(deflate)
LAZY(deflateEnd)
LAZY(deflateInit2_)
LAZY(inflate)
LAZY(inflateEnd)
LAZY(inflateInit2_)
LAZY(inflateReset2)
