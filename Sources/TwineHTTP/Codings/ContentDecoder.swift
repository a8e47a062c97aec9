/// Takes the content codings off a body while it arrives.
///
/// ```swift
/// let decoder = try ContentDecoder(contentEncoding: "gzip", limit: 16 << 20)
/// try decoder.decode(bytes) { plain in
///     page.append(plain)
///     return true
/// }
/// try decoder.finish()
/// ```
///
/// It owns no output buffer between calls, so that a waiting connection costs only what the coding
/// itself must remember.
///
/// RFC 9110 §8.4.
public final class ContentDecoder {
    /// What takes decoded octets; it answers whether it wants more.
    public typealias Sink = (Span<UInt8>) throws(HTTPError) -> Bool

    /// The most codings on top of one another.
    ///
    /// Each multiplies what a hostile body can expand to; no real server sends more than two.
    public static let maxCodings = 4

    /// The most octets that one call of a sink gets.
    public static let maxChunk = 32 << 10

    private let stages: [any DecodingStage]
    private let limit: Int
    private var received = 0
    private var state = State.reading

    private enum State {
        case reading
        case stopped
        case failed(HTTPError)
    }

    /// Makes a decoder for codings in the order in which they were applied.
    ///
    /// - Parameters:
    ///   - codings: First applied first, as a `Content-Encoding` field names them; none is identity.
    ///   - limit: The most decoded octets; each coding of several is held to it.
    /// - Throws: ``HTTPError/unsupportedContentCoding(_:)`` for more than ``maxCodings``.
    public init(_ codings: [ContentCoding], limit: Int = .max) throws(HTTPError) {
        guard codings.count <= ContentDecoder.maxCodings else {
            throw .unsupportedContentCoding(codings.map(\.rawValue).joined(separator: ", "))
        }
        self.limit = limit
        stages = codings.reversed().map { coding in
            switch coding {
            case .gzip: InflateStage(.gzip)
            case .deflate: InflateStage(.deflate)
            case .br: BrotliStage()
            case .zstd: ZstdStage()
            }
        }
    }

    /// Makes a decoder for the value of a `Content-Encoding` field.
    ///
    /// - Parameters:
    ///   - contentEncoding: The value; nil or an empty one is identity.
    ///   - limit: The most decoded octets.
    /// - Throws: ``HTTPError`` for a coding that is not known, or too many of them.
    public convenience init(
        contentEncoding: String?, limit: Int = .max
    ) throws(HTTPError) {
        try self.init(try contentEncoding.map(ContentCoding.parse) ?? [], limit: limit)
    }

    /// Whether a body passes through unchanged.
    public var isIdentity: Bool { stages.isEmpty }

    /// Octets given to the sink so far.
    public var decoded: Int { received }

    /// Decodes the next octets of the body.
    ///
    /// - Parameters:
    ///   - input: Encoded octets, cut anywhere.
    ///   - sink: Takes decoded octets, at most ``maxChunk`` at a time; once it answers false, this
    ///     and every later call returns without decoding more.
    /// - Throws: ``HTTPError`` where the body breaks its coding or is too large; every
    ///   later call throws the same.
    public func decode(_ input: Span<UInt8>, into sink: Sink) throws(HTTPError) {
        switch state {
        case .stopped: return
        case .failed(let error): throw error
        case .reading: break
        }
        do throws(HTTPError) {
            if try !push(input, from: 0, sink) { state = .stopped }
        } catch {
            state = .failed(error)
            throw error
        }
    }

    private func push(
        _ input: Span<UInt8>, from stage: Int, _ sink: Sink
    ) throws(HTTPError) -> Bool {
        guard stage < stages.count else {
            var start = 0
            while start < input.count {
                let end = min(start + ContentDecoder.maxChunk, input.count)
                guard received <= limit - (end - start) else { throw .bodyTooLarge(limit: limit) }
                received += end - start
                guard try sink(input.extracting(start..<end)) else { return false }
                start = end
            }
            return true
        }
        return try stages[stage].decode(input, limit: limit) {
            (chunk) throws(HTTPError) in
            try self.push(chunk, from: stage + 1, sink)
        }
    }

    /// Tells that the body has ended.
    ///
    /// An empty body is complete in every coding, as servers send it with answers to HEAD.
    ///
    /// - Throws: ``HTTPError/truncated(received:expected:)`` if a coding was not at its end.
    public func finish() throws(HTTPError) {
        switch state {
        case .stopped: return
        case .failed(let error): throw error
        case .reading: break
        }
        for stage in stages where !stage.isComplete {
            throw .truncated(received: received, expected: nil)
        }
    }
}

/// One coding being taken off.
protocol DecodingStage: AnyObject {
    /// Whether the input may end here.
    var isComplete: Bool { get }

    /// Decodes `input` into `sink`, and answers false as soon as the sink did.
    func decode(
        _ input: Span<UInt8>, limit: Int, into sink: ContentDecoder.Sink
    ) throws(HTTPError) -> Bool
}

/// The output buffer of one call.
///
/// It lives as long as the call: between calls a decoder holds none.
@safe struct DecodingBuffer: ~Copyable {
    let start: UnsafeMutablePointer<UInt8>

    init() {
        unsafe start = .allocate(capacity: ContentDecoder.maxChunk)
    }

    deinit {
        unsafe start.deallocate()
    }

    /// Gives the first `count` octets to `sink`, after adding them to `total`.
    borrowing func give(
        _ count: Int, total: inout Int, limit: Int, to sink: ContentDecoder.Sink
    ) throws(HTTPError) -> Bool {
        guard count > 0 else { return true }
        guard total <= limit - count else { throw .bodyTooLarge(limit: limit) }
        total += count
        return try sink(unsafe Span(_unsafeStart: start, count: count))
    }
}
