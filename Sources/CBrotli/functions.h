// The functions of libbrotlidec that are called; see Sources/CLazy.
LAZY(BrotliDecoderCreateInstance)
LAZY(BrotliDecoderDecompressStream)
LAZY(BrotliDecoderDestroyInstance)
