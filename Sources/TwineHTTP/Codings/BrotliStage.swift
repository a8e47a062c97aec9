import CBrotli

/// Takes Brotli off a body.
///
/// What stands behind the end of the stream is ignored, as with gzip. Windows have at most 16 MiB:
/// the "large window" extension is not HTTP's.
///
/// RFC 7932.
@safe final class BrotliStage: DecodingStage {
    private enum State {
        case fresh
        case decoding
        case ended
    }

    private var state = State.fresh
    private var total = 0
    private var decoder: OpaquePointer?

    deinit {
        unsafe BrotliDecoderDestroyInstance(decoder)
    }

    var isComplete: Bool { state != .decoding }

    func decode(
        _ input: Span<UInt8>, limit: Int, into sink: ContentDecoder.Sink
    ) throws(HTTPError) -> Bool {
        guard state != .ended, input.count > 0 else { return true }
        if state == .fresh {
            unsafe decoder = BrotliDecoderCreateInstance(nil, nil, nil)
            state = .decoding
        }
        guard let decoder = unsafe decoder else { throw .invalidContentCoding("br") }
        let buffer = DecodingBuffer()
        var index = 0
        while true {
            let start = index
            let (result, produced, consumed) = unsafe input.withUnsafeBufferPointer { octets in
                var left = octets.count - start
                var room = ContentDecoder.maxChunk
                var next = unsafe octets.baseAddress.map { unsafe $0 + start }
                var output: UnsafeMutablePointer<UInt8>? = unsafe buffer.start
                let result = unsafe BrotliDecoderDecompressStream(
                    decoder, &left, &next, &room, &output, nil)
                return (result, ContentDecoder.maxChunk - room, octets.count - start - left)
            }
            index += consumed
            guard try buffer.give(produced, total: &total, limit: limit, to: sink) else {
                return false
            }
            switch result {
            case BROTLI_DECODER_RESULT_SUCCESS:
                state = .ended
                return true
            case BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT:
                return true
            case BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT:
                continue
            default:
                throw .invalidContentCoding("br")
            }
        }
    }
}
