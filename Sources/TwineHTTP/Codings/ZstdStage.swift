import CZstd

/// Takes Zstandard off a body: frames that follow one another are one body.
///
/// Windows have at most 8 MiB, which every sender keeps to; dictionaries are not known.
///
/// RFC 8878, RFC 9659.
@safe final class ZstdStage: DecodingStage {
    /// 8 MiB is 2²³ octets.
    private static let maxWindowLog: Int32 = 23

    private var total = 0
    /// Whether a frame has begun and not ended.
    private var isInFrame = false
    private var context: OpaquePointer?

    deinit {
        unsafe ZSTD_freeDStream(context)
    }

    var isComplete: Bool { !isInFrame }

    private func open() throws(HTTPError) -> OpaquePointer {
        if let context = unsafe context { return unsafe context }
        guard let made = unsafe ZSTD_createDStream(),
            unsafe ZSTD_isError(
                ZSTD_DCtx_setParameter(made, ZSTD_d_windowLogMax, Self.maxWindowLog)) == 0
        else { throw .invalidContentCoding("zstd") }
        unsafe context = made
        return unsafe made
    }

    func decode(
        _ input: Span<UInt8>, limit: Int, into sink: ContentDecoder.Sink
    ) throws(HTTPError) -> Bool {
        guard input.count > 0 else { return true }
        let context = try unsafe open()
        let buffer = DecodingBuffer()
        var index = 0
        while true {
            let start = index
            let (result, produced, consumed) = unsafe input.withUnsafeBufferPointer { octets in
                var source = unsafe ZSTD_inBuffer(
                    src: octets.baseAddress, size: octets.count, pos: start)
                var output = unsafe ZSTD_outBuffer(
                    dst: buffer.start, size: ContentDecoder.maxChunk, pos: 0)
                let result = unsafe ZSTD_decompressStream(context, &output, &source)
                return unsafe (result, output.pos, source.pos - start)
            }
            guard ZSTD_isError(result) == 0 else { throw .invalidContentCoding("zstd") }
            index += consumed
            // Zero: the frame has ended and all of it was given out.
            if consumed > 0 || produced > 0 { isInFrame = result != 0 }
            guard try buffer.give(produced, total: &total, limit: limit, to: sink) else {
                return false
            }
            // A full buffer may leave output inside; a call without progress ends the loop.
            if index >= input.count, produced < ContentDecoder.maxChunk { return true }
        }
    }
}
