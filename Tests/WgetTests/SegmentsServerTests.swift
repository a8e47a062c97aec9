import HTTPTypes
import Testing

@testable import swift_wget

@Suite("What a server says to a request for a part", .tags(.wget))
struct SegmentsServerTests {
    struct Row: CustomTestStringConvertible, Sendable {
        var status: Int
        var fields: HTTPFields = [:]
        var length: Int?
        var answer: SegmentAnswer

        var testDescription: String {
            "\(status) \(fields.map { "\($0.name): \($0.value)" }) \(answer)"
        }
    }

    static let tag: HTTPFields = [.eTag: "\"a\""]
    static let rows: [Row] = [
        Row(status: 206, fields: [.contentRange: "bytes 10-19/100"], answer: .part),
        Row(status: 206, fields: [.contentRange: "bytes 10-19/*"], answer: .part),
        Row(status: 206, fields: [.contentRange: "BYTES  10-12/100"], answer: .part),
        Row(status: 206, fields: [.contentRange: "bytes 10-19/101"], answer: .changed),
        Row(status: 206, fields: [.contentRange: "bytes 0-19/100"], answer: .refused),
        Row(status: 206, fields: [.contentRange: "bytes 10-5/100"], answer: .refused),
        Row(status: 206, fields: [.contentRange: "bytes 10-100/100"], answer: .refused),
        Row(status: 206, fields: [.contentRange: "bytes 10-+19/100"], answer: .refused),
        Row(status: 206, fields: [.contentRange: "octets 10-19/100"], answer: .refused),
        Row(
            status: 206, fields: [.contentRange: "bytes 10-99999999999999999999/100"],
            answer: .refused),
        Row(status: 206, fields: [.contentType: "multipart/byteranges"], answer: .refused),
        Row(
            status: 206, fields: [.contentRange: "bytes 10-19/100", .contentEncoding: "gzip"],
            answer: .refused),
        Row(
            status: 206, fields: [.contentRange: "bytes 10-19/100", .eTag: "\"a\""], answer: .part),
        Row(
            status: 206, fields: [.contentRange: "bytes 10-19/100", .eTag: "\"b\""],
            answer: .changed),
        Row(status: 200, fields: tag, length: 100, answer: .whole),
        Row(status: 200, length: nil, answer: .whole),
        Row(status: 200, fields: tag, length: 101, answer: .changed),
        Row(status: 200, fields: [.eTag: "\"b\""], length: 100, answer: .changed),
        Row(status: 200, fields: [.contentEncoding: "gzip"], length: 100, answer: .refused),
        Row(status: 416, answer: .changed), Row(status: 412, answer: .changed),
        Row(status: 403, answer: .refused), Row(status: 404, answer: .refused),
        Row(status: 301, answer: .refused), Row(status: 503, answer: .later),
        Row(status: 429, answer: .later),
    ]

    @Test("each answer is judged", arguments: rows)
    func judged(_ row: Row) {
        let answer = SegmentAnswer(
            status: row.status, fields: row.fields, to: 10..<20, of: 100,
            known: SegmentValidator(Self.tag), length: row.length)
        #expect(answer == row.answer)
    }

    @Test(
        "only what is certain goes into If-Range",
        arguments: [
            ([.eTag: "\"a\""], "\"a\""), ([.eTag: "W/\"a\""], nil), ([.eTag: "a"], nil),
            ([.lastModified: "Fri, 27 Nov 2026 17:00:00 GMT"], nil),
            (
                [
                    .lastModified: "Fri, 27 Nov 2026 17:00:00 GMT",
                    .date: "Fri, 27 Nov 2026 17:00:00 GMT",
                ], nil
            ),
            (
                [
                    .lastModified: "Fri, 27 Nov 2026 17:00:00 GMT",
                    .date: "Fri, 27 Nov 2026 17:00:01 GMT",
                ], "Fri, 27 Nov 2026 17:00:00 GMT"
            ),
            ([:], nil),
        ] as [(HTTPFields, String?)])
    func ifRange(_ fields: HTTPFields, _ value: String?) {
        #expect(SegmentValidator(fields).ifRange == value)
    }

    @Test("one connection is no segments, and every other number is what was asked for")
    func option() {
        #expect(
            [.one, .auto, .count(2), .count(64)].map { SegmentCount($0) }
                == [nil, .auto, .fixed(2), .fixed(64)])
    }

    static let certain: HTTPFields = [.eTag: "\"a\"", .acceptRanges: "bytes"]

    @Test(
        "parts need a server that says it sends them; auto a large file and a strong validator, too",
        arguments: [
            (.auto, 32 << 20, certain, 4), (.auto, (32 << 20) - 1, certain, 1),
            (.auto, 1 << 30, certain, 6), (.auto, 1 << 30, [.acceptRanges: "bytes"], 1),
            (.auto, 1 << 30, [.eTag: "\"a\""], 1),
            (.auto, 1 << 30, [.eTag: "W/\"a\"", .acceptRanges: "bytes"], 1),
            (.fixed(16), 1 << 30, [.acceptRanges: "Bytes"], 16), (.fixed(16), 3 << 20, certain, 3),
            (.fixed(16), 10, certain, 1), (.fixed(16), 1 << 30, [:], 1),
            (.fixed(16), 1 << 30, [.contentRange: "bytes 9-10/11"], 16),
            (.fixed(16), 1 << 30, [.acceptRanges: "none"], 1),
            (.fixed(16), 1 << 30, [.contentEncoding: "gzip", .acceptRanges: "bytes"], 1),
        ] as [(SegmentCount, Int, HTTPFields, Int)])
    func count(_ count: SegmentCount, _ size: Int, _ fields: HTTPFields, _ connections: Int) {
        #expect(count.connections(size: size, fields: fields) == connections)
    }
}

@Suite("Places that have a file", .tags(.wget))
struct SegmentsMirrorsTests {
    private func mirrors(_ count: Int, limit: Int = 2, tries: Int = 3) -> SegmentMirrors {
        SegmentMirrors(
            priorities: Array(0..<count), limit: limit, tries: tries, waitRetry: 10)
    }

    @Test("connections are spread, the best place first, up to each one's limit")
    func spread() {
        var mirrors = mirrors(2)
        #expect((0..<5).map { _ in mirrors.choose(at: 0) } == [0, 1, 0, 1, nil])
    }

    @Test("a place that failed rests, a second longer each time, and is given up in the end")
    func failing() {
        var mirrors = mirrors(1)
        mirrors.failed(0, began: 0, at: 0)
        #expect(mirrors.choose(at: 0.9) == nil)
        #expect(mirrors.choose(at: 1) == 0)
        mirrors.failed(0, began: 1, at: 1)
        #expect(mirrors.choose(at: 2.9) == nil)
        mirrors.failed(0, began: 3, at: 3)
        #expect(!mirrors.isAnyLeft)
        #expect(mirrors.first(.fails) == 0)
    }

    @Test("attempts that were under way together and fail for one reason count once")
    func together() {
        var mirrors = mirrors(1)
        for _ in 0..<8 { mirrors.failed(0, began: 0, at: 5) }
        #expect(mirrors.mirrors[0].failures == 1)
    }

    @Test("what came in between makes good for failures")
    func progress() {
        var mirrors = mirrors(1, tries: 2)
        for time in 0..<10 {
            mirrors.failed(0, began: Double(time), at: Double(time))
            mirrors.progressed(0)
        }
        #expect(mirrors.isAnyLeft)
    }

    @Test("a refusal while others are served lowers the limit to those")
    func tooMany() {
        var mirrors = mirrors(1, limit: 6)
        for _ in 0..<4 { _ = mirrors.choose(at: 0) }
        mirrors.failed(0, whileOthers: 3, began: 0, at: 0)
        mirrors.leave(0)
        #expect(mirrors.choose(at: 0) == nil)
        mirrors.leave(0)
        #expect(mirrors.choose(at: 0) == 0)
    }

    @Test("who sent a wrong piece is asked after the others, and not at all after the third")
    func damage() {
        var mirrors = mirrors(2)
        mirrors.damaged(0)
        #expect((0..<4).map { _ in mirrors.choose(at: 0) } == [1, 1, 0, 0])
        mirrors.damaged(0)
        mirrors.damaged(0)
        #expect(mirrors.first(.refuses) == 0)
    }
}
