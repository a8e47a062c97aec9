// The functions of libzstd that are called; see Sources/CLazy.
LAZY(ZSTD_DCtx_setParameter)
LAZY(ZSTD_createDStream)
LAZY(ZSTD_decompressStream)
LAZY(ZSTD_freeDStream)
LAZY(ZSTD_isError)
