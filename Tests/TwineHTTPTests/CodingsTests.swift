import Testing

@testable import TwineHTTP

@Suite("Content codings, taken off while the body arrives")
struct CodingsTests {
    static let packed: [(name: String, coding: ContentCoding, body: [UInt8])] = [
        ("gzip", .gzip, PackedBody.gzip),
        ("zlib", .deflate, PackedBody.zlib),
        ("bare deflate", .deflate, PackedBody.bareDeflate),
        ("Brotli", .br, PackedBody.brotli),
        ("Zstandard", .zstd, PackedBody.zstd),
    ]

    /// Feeds `body` in pieces of `size` octets and returns what came out.
    private func decode(
        _ body: [UInt8], _ codings: [ContentCoding], size: Int = .max, limit: Int = .max
    ) throws(HTTPError) -> [UInt8] {
        let decoder = try ContentDecoder(codings, limit: limit)
        var output: [UInt8] = []
        var start = 0
        while start < body.count {
            let end = size < body.count - start ? start + size : body.count
            try decoder.decode(body.span.extracting(start..<end)) { chunk in
                for index in 0..<chunk.count { output.append(chunk[index]) }
                return true
            }
            start = end
        }
        try decoder.finish()
        return output
    }

    private func failure(_ body: () throws -> [UInt8]) -> HTTPError? {
        do {
            _ = try body()
            return nil
        } catch {
            return error as? HTTPError
        }
    }

    @Test("each coding, whole and in pieces of every size up to 100", arguments: packed.indices)
    func pieces(_ which: Int) throws {
        let (_, coding, body) = Self.packed[which]
        let expected = Array(PackedBody.text.utf8)
        #expect(try decode(body, [coding]) == expected)
        for size in 1...100 {
            #expect(try decode(body, [coding], size: size) == expected, "pieces of \(size)")
        }
    }

    @Test("a body cut after any octet but the last is told as truncated", arguments: packed.indices)
    func truncated(_ which: Int) throws {
        let (_, coding, body) = Self.packed[which]
        for length in 1..<body.count {
            for size in [1, Int.max] {
                let error = failure { try decode(Array(body[..<length]), [coding], size: size) }
                guard case .truncated = error else {
                    Issue.record("\(coding) cut to \(length): \(String(describing: error))")
                    continue
                }
            }
        }
    }

    @Test(
        "one octet changed never traps, and is told unless the format has no check for it",
        arguments: packed.indices)
    func corrupt(_ which: Int) throws {
        let (_, coding, body) = Self.packed[which]
        var undetected = 0
        for position in body.indices {
            for bit in 0..<8 {
                var broken = body
                broken[position] ^= 1 << UInt8(bit)
                let found = try? decode(broken, [coding], size: 7, limit: 100_000)
                if found == Array(PackedBody.text.utf8) { continue }
                if found != nil { undetected += 1 }
            }
        }
        // gzip and zstd have checksums; bare deflate and Brotli have none.
        if coding == .gzip || coding == .zstd { #expect(undetected <= 2) }
    }

    @Test("random octets never trap", arguments: ContentCoding.allCases)
    func random(_ coding: ContentCoding) {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            let body = (0..<Int.random(in: 0...200)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            _ = try? decode(body, [coding], size: 11, limit: 1 << 20)
        }
    }

    @Test("ten million zeros in 27 octets stop at the limit")
    func brotliBomb() throws {
        let body = PackedBody.zerosByBrotli
        #expect(body.count < 30)
        #expect(
            failure { try decode(body, [.br], limit: 1 << 20) } == .bodyTooLarge(limit: 1 << 20))
        #expect(try decode(body, [.br], limit: 10_000_000).count == 10_000_000)
        #expect(
            failure { try decode(body, [.br], limit: 9_999_999) } == .bodyTooLarge(limit: 9_999_999)
        )
    }

    @Test("a bomb in a bomb stops at the limit, and never gives out more than it")
    func gzipBomb() throws {
        let decoder = try ContentDecoder([.gzip, .gzip], limit: 1 << 20)
        var received = 0
        var largest = 0
        let bomb = PackedBody.zerosByGzipTwice
        #expect(throws: HTTPError.bodyTooLarge(limit: 1 << 20)) {
            try decoder.decode(bomb.span) { chunk in
                received += chunk.count
                largest = max(largest, chunk.count)
                return true
            }
        }
        #expect(received <= 1 << 20)
        #expect(largest <= ContentDecoder.maxChunk)
        #expect(throws: HTTPError.bodyTooLarge(limit: 1 << 20)) { try decoder.finish() }
    }

    @Test("a sink that has enough ends the decoding at once")
    func enough() throws {
        let decoder = try ContentDecoder([.br])
        let zeros = PackedBody.zerosByBrotli
        var calls = 0
        try decoder.decode(zeros.span) { _ in
            calls += 1
            return false
        }
        try decoder.decode(zeros.span) { _ in
            calls += 1
            return true
        }
        try decoder.finish()
        #expect(calls == 1)
    }

    @Test("codings are taken off in the reverse of their order")
    func chain() throws {
        let codings = try ContentCoding.parse("gzip , identity,, BR")
        #expect(codings == [.gzip, .br])
        for size in [1, 3, Int.max] {
            let plain = try decode(PackedBody.gzipInBrotli, codings, size: size)
            #expect(plain == Array(PackedBody.text.utf8))
        }
    }

    @Test("gzip members that follow one another are one body, in every cut")
    func members() throws {
        let twice = PackedBody.gzip + PackedBody.gzip
        for size in Array(1...100) + [Int.max] {
            let plain = try decode(twice, [.gzip], size: size)
            #expect(plain == Array((PackedBody.text + PackedBody.text).utf8))
        }
        let cut = failure { try decode(Array(twice.dropLast()), [.gzip]) }
        #expect(cut == .truncated(received: 964, expected: nil))
    }

    @Test("zstd frames that follow one another are one body")
    func frames() throws {
        let plain = try decode(PackedBody.zstd + PackedBody.zstd, [.zstd], size: 5)
        #expect(plain == Array((PackedBody.text + PackedBody.text).utf8))
    }

    @Test(
        "what stands behind the end is ignored, as browsers and curl do",
        arguments: [[0], [0x1F], [0x1F, 0], Array("garbage".utf8)] as [[UInt8]])
    func garbage(_ tail: [UInt8]) throws {
        for (_, coding, body) in Self.packed where coding != .zstd {
            for size in [1, Int.max] {
                let plain = try decode(body + tail, [coding], size: size)
                #expect(plain == Array(PackedBody.text.utf8))
            }
        }
    }

    @Test("a Zstandard window of more than 8 MiB is refused")
    func wideWindow() {
        let error = failure { try decode(PackedBody.zstdWideWindow, [.zstd]) }
        #expect(error == .invalidContentCoding("zstd"))
    }

    @Test("no octets at all are a complete body in every coding", arguments: ContentCoding.allCases)
    func empty(_ coding: ContentCoding) throws {
        #expect(try decode([], [coding]).isEmpty)
    }

    @Test("the same failure is told by every later call")
    func failsForGood() throws {
        let decoder = try ContentDecoder([.gzip])
        let broken: [UInt8] = [0x1F, 0x8B, 0xFF, 0xFF, 0xFF]
        for _ in 0..<2 {
            #expect(throws: HTTPError.invalidContentCoding("gzip")) {
                try decoder.decode(broken.span) { _ in true }
            }
        }
        #expect(throws: HTTPError.invalidContentCoding("gzip")) { try decoder.finish() }
    }

    @Test("unknown codings and towers of codings are refused")
    func refused() {
        #expect(throws: HTTPError.unsupportedContentCoding("compress")) {
            try ContentCoding.parse("gzip, compress")
        }
        #expect(throws: HTTPError.unsupportedContentCoding("gzip,gzip,gzip,gzip,x-gzip")) {
            try ContentCoding.parse("gzip,gzip,gzip,gzip,x-gzip")
        }
    }

    @Test("without a coding the body passes through, held to the limit")
    func identity() throws {
        let decoder = try ContentDecoder(contentEncoding: nil, limit: 4)
        #expect(decoder.isIdentity)
        let body: [UInt8] = [1, 2, 3, 4]
        try decoder.decode(body.span) { $0.count == 4 }
        #expect(throws: HTTPError.bodyTooLarge(limit: 4)) {
            try decoder.decode(body.span) { _ in true }
        }
    }
}
