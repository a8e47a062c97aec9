import HTTPTypes
import TwineBytes

/// One frame, taken apart: without padding and priorities, which mean nothing here.
///
/// RFC 9113 §4, §6.
enum HTTP2Frame: Equatable, Sendable {
    /// Octets of a body; `flow` counts the padding too, as flow control does.
    case data(stream: Int, [UInt8], flow: Int, isEnd: Bool)
    /// The first part of a block of fields; `isWhole` when no other follows.
    case headers(stream: Int, [UInt8], isEnd: Bool, isWhole: Bool)
    case priority(stream: Int)
    case reset(stream: Int, HTTP2ErrorCode)
    case settings([HTTP2Setting])
    case settingsAcknowledgment
    case pushPromise(stream: Int)
    case ping([UInt8], isAcknowledgment: Bool)
    case goAway(lastStream: Int, HTTP2ErrorCode, debug: [UInt8])
    /// The stream is 0 for the connection.
    case windowUpdate(stream: Int, increment: Int)
    /// A further part of a block of fields; `isWhole` when it is the last.
    case continuation(stream: Int, [UInt8], isWhole: Bool)
    /// A frame of a type that is not known, which is to be passed over.
    case unknown(HTTP2FrameType)
    /// A frame that is an error of its stream only.
    case invalid(stream: Int, HTTP2Error)

    /// Octets before the payload.
    static let headSize = 9
    /// The flags END_STREAM and ACK.
    static let flagEnd: UInt8 = 1
    /// The flag END_HEADERS.
    static let flagWhole: UInt8 = 4
    /// The flag PADDED.
    static let flagPadded: UInt8 = 8
    /// The flag PRIORITY.
    static let flagPriority: UInt8 = 0x20

    /// Appends a frame.
    static func write(
        _ type: HTTP2FrameType, flags: UInt8 = 0, stream: Int, _ payload: some Collection<UInt8>,
        into output: inout [UInt8]
    ) {
        let count = payload.count
        output += [
            UInt8(truncatingIfNeeded: count >> 16), UInt8(truncatingIfNeeded: count >> 8),
            UInt8(truncatingIfNeeded: count), type.rawValue, flags,
        ]
        output += octets(UInt32(truncatingIfNeeded: stream))
        output += payload
    }

    /// Appends SETTINGS.
    static func write(_ settings: [HTTP2Setting], into output: inout [UInt8]) {
        var payload: [UInt8] = []
        for setting in settings {
            payload.append(UInt8(truncatingIfNeeded: setting.id.rawValue >> 8))
            payload.append(UInt8(truncatingIfNeeded: setting.id.rawValue))
            payload += octets(setting.value)
        }
        write(.settings, stream: 0, payload, into: &output)
    }

    /// A number in four octets, the highest first.
    static func octets(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
    }
}
