import HTTPTypes

@testable import TwineHTTP

/// The frames of a server, made by hand.
enum HTTP2Wire {
    static func frame(
        _ type: UInt8, _ flags: UInt8 = 0, _ stream: Int = 0, _ payload: [UInt8] = []
    ) -> [UInt8] {
        var output: [UInt8] = []
        HTTP2Frame.write(
            HTTP2FrameType(rawValue: type), flags: flags, stream: stream, payload, into: &output)
        return output
    }

    static func settings(_ settings: [(UInt16, UInt32)] = []) -> [UInt8] {
        var output: [UInt8] = []
        HTTP2Frame.write(
            settings.map { HTTP2Setting(HTTP2Setting.ID(rawValue: $0.0), $0.1) }, into: &output)
        return output
    }

    static func data(_ stream: Int, _ text: String, isEnd: Bool = false) -> [UInt8] {
        frame(0, isEnd ? 1 : 0, stream, Array(text.utf8))
    }

    static func window(_ stream: Int, _ increment: UInt32) -> [UInt8] {
        frame(8, 0, stream, HTTP2Frame.octets(increment))
    }

    static func reset(_ stream: Int, _ code: UInt32) -> [UInt8] {
        frame(3, 0, stream, HTTP2Frame.octets(code))
    }

    static func goAway(_ last: UInt32, _ code: UInt32) -> [UInt8] {
        frame(7, 0, 0, HTTP2Frame.octets(last) + HTTP2Frame.octets(code))
    }

    /// A block of fields that changes no table.
    static func block(_ fields: [(String, String)]) -> [UInt8] {
        var encoder = HPACKEncoder()
        var output: [UInt8] = []
        encoder.encode(fields.map { HPACKField($0.0, $0.1, .without) }, into: &output)
        return output
    }

    static func headers(
        _ stream: Int, _ fields: [(String, String)], isEnd: Bool = false
    ) -> [UInt8] {
        frame(1, isEnd ? 5 : 4, stream, block(fields))
    }
}

/// A connection with one GET under way, and all that it says.
struct HTTP2Talk {
    typealias Event = HTTP2ClientConnection.Event

    var connection: HTTP2ClientConnection
    var events: [Event] = []
    var error: HTTP2Error?

    static let get = HTTPRequest(
        method: .get, scheme: "https", authority: "a.example", path: "/")
    static let post = HTTPRequest(
        method: .post, scheme: "https", authority: "a.example", path: "/")

    /// Opens some streams before anything comes.
    init(_ options: HTTP2Options = HTTP2Options(), requests: Int = 1) {
        connection = HTTP2ClientConnection(options)
        for _ in 0..<requests { _ = try? connection.openStream(Self.get, isEnd: true) }
    }

    mutating func receive(_ octets: [UInt8]) {
        connection.receive(octets.span)
        do throws(HTTP2Error) {
            while let event = try connection.nextEvent() { events.append(event) }
        } catch {
            self.error = error
        }
    }

    /// What is sent, as frames, without the preface.
    mutating func sent() -> [HTTP2Frame] {
        var output = connection.takeOutput()[...]
        if output.starts(with: HTTP2ClientConnection.preface) {
            output = output.dropFirst(HTTP2ClientConnection.preface.count)
        }
        var parser = HTTP2FrameParser()
        let octets = Array(output)
        parser.receive(octets.span)
        var frames: [HTTP2Frame] = []
        while let frame = try? parser.nextFrame() { frames.append(frame) }
        return frames
    }
}
