import CZlib

/// Takes gzip or deflate off a body, by zlib.
///
/// gzip: members that follow one another are one body; what else stands behind a member is
/// ignored, as browsers and curl do. deflate: a zlib stream, or bare deflate data if the first two
/// octets are no zlib header.
///
/// RFC 1950, RFC 1951, RFC 1952.
@safe final class InflateStage: DecodingStage {
    enum Format {
        case gzip
        case deflate
    }

    private enum State {
        /// Nothing came yet.
        case fresh
        /// A deflate body's first octet, kept until the second tells whether it is zlib's.
        case sniffing(UInt8)
        case inflating
        /// A member has ended; `magic` if the first octet of another one followed.
        case between(magic: Bool)
        case ignoring
    }

    private static let memberMagic: (UInt8, UInt8) = (0x1F, 0x8B)

    private let format: Format
    private var state = State.fresh
    private var total = 0
    /// The stream stays in one place: zlib keeps its address.
    private let stream: UnsafeMutablePointer<z_stream>
    private var isOpen = false

    init(_ format: Format) {
        self.format = format
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
    }

    deinit {
        if isOpen { unsafe inflateEnd(stream) }
        unsafe stream.deallocate()
    }

    var isComplete: Bool {
        switch state {
        case .fresh, .between, .ignoring: true
        case .sniffing, .inflating: false
        }
    }

    private var failure: HTTPError {
        .invalidContentCoding(format == .gzip ? "gzip" : "deflate")
    }

    func decode(
        _ input: Span<UInt8>, limit: Int, into sink: ContentDecoder.Sink
    ) throws(HTTPError) -> Bool {
        let buffer = DecodingBuffer()
        var index = 0
        while index < input.count {
            switch state {
            case .fresh:
                guard format == .deflate else {
                    try open(windowBits: 15 + 16)
                    continue
                }
                state = .sniffing(input[index])
                index += 1
            case .sniffing(let first):
                try open(windowBits: isZlibHeader(first, input[index]) ? 15 : -15)
                var used = 0
                let goesOn = try withOctet(first) { (octet) throws(HTTPError) in
                    try self.inflate(octet, from: &used, buffer, limit, sink)
                }
                guard goesOn else { return false }
            case .inflating:
                guard try inflate(input, from: &index, buffer, limit, sink) else { return false }
            case .between(let magic):
                let expected = magic ? Self.memberMagic.1 : Self.memberMagic.0
                guard format == .gzip, input[index] == expected else {
                    state = .ignoring
                    return true
                }
                index += 1
                guard magic else {
                    state = .between(magic: true)
                    continue
                }
                try open(windowBits: 15 + 16)
                for octet in [Self.memberMagic.0, Self.memberMagic.1] {
                    var used = 0
                    _ = try withOctet(octet) { (octet) throws(HTTPError) in
                        try self.inflate(octet, from: &used, buffer, limit, sink)
                    }
                }
            case .ignoring:
                return true
            }
        }
        return true
    }

    private func withOctet<Result>(
        _ octet: UInt8, _ body: (Span<UInt8>) throws(HTTPError) -> Result
    ) throws(HTTPError) -> Result {
        let one: InlineArray<1, UInt8> = [octet]
        return try body(one.span)
    }

    private func isZlibHeader(_ first: UInt8, _ second: UInt8) -> Bool {
        first & 0x0F == 8 && first >> 4 <= 7 && (Int(first) << 8 | Int(second)) % 31 == 0
    }

    private func open(windowBits: Int32) throws(HTTPError) {
        let code =
            isOpen
            ? unsafe inflateReset2(stream, windowBits)
            : unsafe twine_inflateInit2(stream, windowBits)
        guard code == Z_OK else { throw failure }
        isOpen = true
        state = .inflating
    }

    /// Inflates `input` from `index` on, to its end or the member's.
    private func inflate(
        _ input: Span<UInt8>, from index: inout Int, _ buffer: borrowing DecodingBuffer,
        _ limit: Int, _ sink: ContentDecoder.Sink
    ) throws(HTTPError) -> Bool {
        while true {
            let start = index
            let (code, produced, consumed) = unsafe input.withUnsafeBufferPointer { octets in
                let count = min(octets.count - start, Int(UInt32.max))
                unsafe stream.pointee.next_in = UnsafeMutablePointer(
                    mutating: octets.baseAddress.map { unsafe $0 + start })
                unsafe stream.pointee.avail_in = UInt32(count)
                unsafe stream.pointee.next_out = buffer.start
                unsafe stream.pointee.avail_out = UInt32(ContentDecoder.maxChunk)
                let code = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
                let left = unsafe Int(stream.pointee.avail_in)
                let room = unsafe Int(stream.pointee.avail_out)
                unsafe stream.pointee.next_in = nil
                unsafe stream.pointee.next_out = nil
                return (code, ContentDecoder.maxChunk - room, count - left)
            }
            index += consumed
            guard try buffer.give(produced, total: &total, limit: limit, to: sink) else {
                return false
            }
            switch code {
            case Z_STREAM_END:
                state = .between(magic: false)
                return true
            case Z_OK, Z_BUF_ERROR:
                // A full buffer may leave output inside zlib, even with no input left.
                if produced < ContentDecoder.maxChunk, index >= input.count { return true }
                guard code == Z_OK || produced > 0 else { throw failure }
            default:
                throw failure
            }
        }
    }
}
