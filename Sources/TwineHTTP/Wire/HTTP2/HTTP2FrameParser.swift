import HTTPTypes
import TwineBytes

/// Cuts what a server sends into frames.
///
/// A frame's length is checked before its octets are waited for, so that at most one frame is kept.
///
/// RFC 9113 §4.1, §6.
struct HTTP2FrameParser: Sendable {
    /// The longest payload taken, in octets: SETTINGS_MAX_FRAME_SIZE.
    let frameLimit: Int
    private var buffer: [UInt8] = []
    private var start = 0

    init(frameLimit: Int = 16_384) { self.frameLimit = frameLimit }

    /// Whether there is part of a frame.
    var isInFrame: Bool { start < buffer.count }

    /// Takes octets from the peer.
    mutating func receive(_ bytes: Span<UInt8>) {
        if start > 0 {
            buffer.removeSubrange(0..<start)
            start = 0
        }
        buffer.appendOctets(bytes)
    }

    /// Whether what has come may be the beginning of SETTINGS: anything else is another protocol.
    func checkPreface() throws(HTTP2Error) {
        let octets = buffer[start...]
        let http1 = Array("HTTP/1".utf8)
        if !octets.isEmpty, octets.prefix(6).elementsEqual(http1.prefix(octets.count)) {
            if octets.count >= 6 { throw .isHTTP1 }
            return
        }
        guard octets.count >= 5 else { return }
        guard octets[start + 3] == HTTP2FrameType.settings.rawValue,
            octets[start + 4] & HTTP2Frame.flagEnd == 0
        else { throw .notHTTP2 }
    }

    /// The next frame; nil when more octets are needed.
    ///
    /// - Throws: What is an error of the whole connection.
    mutating func nextFrame() throws(HTTP2Error) -> HTTP2Frame? {
        guard let (frame, count) = try peekFrame() else { return nil }
        start += count
        return frame
    }

    /// The next frame and its octets.
    private func peekFrame() throws(HTTP2Error) -> (HTTP2Frame, count: Int)? {
        guard buffer.count - start >= HTTP2Frame.headSize else { return nil }
        let bytes = buffer.span
        var reader = ByteReader(bytes.extracting(start...))
        guard let length = reader.readUInt24().map(Int.init), let type = reader.readUInt8(),
            let flags = reader.readUInt8(), let stream = reader.readUInt32()
        else { return nil }
        guard length <= frameLimit else {
            throw .frameTooLarge(length: length, limit: frameLimit)
        }
        guard let payload = reader.readSpan(length) else { return nil }
        let frame = try Self.frame(
            HTTP2FrameType(rawValue: type), flags, Int(stream & 0x7fff_ffff), payload)
        return (frame, HTTP2Frame.headSize + length)
    }

    private static func frame(
        _ type: HTTP2FrameType, _ flags: UInt8, _ stream: Int, _ payload: Span<UInt8>
    ) throws(HTTP2Error) -> HTTP2Frame {
        switch type {
        case .data, .headers, .priority, .reset, .pushPromise, .continuation:
            guard stream != 0 else { throw .invalidStream(type, stream: 0) }
        case .settings, .ping, .goAway:
            guard stream == 0 else { throw .invalidStream(type, stream: stream) }
        default: break
        }
        switch type {
        case .data:
            let body = try unpadded(type, flags, payload)
            return .data(
                stream: stream, body, flow: payload.count, isEnd: flags & HTTP2Frame.flagEnd != 0)
        case .headers:
            return .headers(
                stream: stream, try unpadded(type, flags, payload),
                isEnd: flags & HTTP2Frame.flagEnd != 0, isWhole: flags & HTTP2Frame.flagWhole != 0)
        case .continuation:
            return .continuation(
                stream: stream, payload.octets(), isWhole: flags & HTTP2Frame.flagWhole != 0)
        case .settings: return try settings(flags, payload)
        case .pushPromise: return .pushPromise(stream: stream)
        default: return try fixed(type, flags, stream, payload)
        }
    }

    /// The frames of a length that is fixed, or at least so much.
    private static func fixed(
        _ type: HTTP2FrameType, _ flags: UInt8, _ stream: Int, _ payload: Span<UInt8>
    ) throws(HTTP2Error) -> HTTP2Frame {
        var reader = ByteReader(payload)
        let wrongLength = HTTP2Error.invalidFrameLength(type, length: payload.count)
        switch type {
        case .priority:
            guard payload.count == 5 else { return .invalid(stream: stream, wrongLength) }
            return .priority(stream: stream)
        case .reset:
            guard payload.count == 4, let code = reader.readUInt32() else { throw wrongLength }
            return .reset(stream: stream, HTTP2ErrorCode(rawValue: code))
        case .ping:
            guard payload.count == 8 else { throw wrongLength }
            return .ping(payload.octets(), isAcknowledgment: flags & HTTP2Frame.flagEnd != 0)
        case .goAway:
            guard let last = reader.readUInt32(), let code = reader.readUInt32() else {
                throw wrongLength
            }
            return .goAway(
                lastStream: Int(last & 0x7fff_ffff), HTTP2ErrorCode(rawValue: code),
                debug: reader.readRemaining())
        case .windowUpdate:
            guard payload.count == 4, let bits = reader.readUInt32() else { throw wrongLength }
            let increment = Int(bits & 0x7fff_ffff)
            if increment == 0 {
                let error = HTTP2Error.windowIncrementZero(stream: stream)
                guard stream != 0 else { throw error }
                return .invalid(stream: stream, error)
            }
            return .windowUpdate(stream: stream, increment: increment)
        default:
            return .unknown(type)
        }
    }

    private static func settings(
        _ flags: UInt8, _ payload: Span<UInt8>
    ) throws(HTTP2Error) -> HTTP2Frame {
        if flags & HTTP2Frame.flagEnd != 0 {
            guard payload.isEmpty else {
                throw .invalidFrameLength(.settings, length: payload.count)
            }
            return .settingsAcknowledgment
        }
        guard payload.count % 6 == 0 else {
            throw .invalidFrameLength(.settings, length: payload.count)
        }
        var reader = ByteReader(payload)
        var settings: [HTTP2Setting] = []
        while let id = reader.readUInt16(), let value = reader.readUInt32() {
            settings.append(HTTP2Setting(HTTP2Setting.ID(rawValue: id), value))
        }
        return .settings(settings)
    }

    /// The payload without padding and priority.
    ///
    /// RFC 9113 §6.1, §6.2.
    private static func unpadded(
        _ type: HTTP2FrameType, _ flags: UInt8, _ payload: Span<UInt8>
    ) throws(HTTP2Error) -> [UInt8] {
        var reader = ByteReader(payload)
        var padding = 0
        if flags & HTTP2Frame.flagPadded != 0 {
            guard let count = reader.readUInt8() else {
                throw .invalidFrameLength(type, length: payload.count)
            }
            padding = Int(count)
        }
        if type == .headers, flags & HTTP2Frame.flagPriority != 0 {
            guard reader.skip(5) != nil else {
                throw .invalidFrameLength(type, length: payload.count)
            }
        }
        guard let body = reader.readBytes(reader.remaining - padding) else {
            throw .paddingTooLong(type)
        }
        return body
    }
}
