import HTTPTypes

/// What can be wrong with an HTTP/2 connection, or with one stream of it.
///
/// RFC 9113 §5.4.
enum HTTP2Error: Error, Equatable, Sendable {
    // MARK: Frames

    /// The peer does not begin with SETTINGS: it speaks something else.
    case notHTTP2
    /// The peer answers in HTTP/1.
    case isHTTP1
    /// A frame is longer than this side allows.
    case frameTooLarge(length: Int, limit: Int)
    /// A frame's length is not one that its type may have.
    case invalidFrameLength(HTTP2FrameType, length: Int)
    /// A frame is of a stream where it may not be of one, or of none where it must be.
    case invalidStream(HTTP2FrameType, stream: Int)
    /// A frame's padding is longer than the frame.
    case paddingTooLong(HTTP2FrameType)
    /// A setting has a value that it may not have.
    case invalidSetting(HTTP2Setting)
    /// A block of fields is interrupted by another frame, or goes on where none began.
    case brokenFieldBlock
    /// A frame came where the stream's state does not allow it.
    case unexpectedFrame(HTTP2FrameType, stream: Int)
    /// A frame came for a stream that had ended.
    case streamClosed(HTTP2FrameType, stream: Int)
    /// The server pushes, which it was told not to do.
    case push

    // MARK: Fields

    /// A block of fields cannot be decompressed.
    case compression(HPACKError)
    /// The fields of a message are larger than `limit` octets.
    case fieldsTooLarge(limit: Int)
    /// A message's fields break a rule: the text says which.
    case malformed(String)
    /// The body is not of the length that Content-Length says.
    case contentLength(announced: Int, received: Int)

    // MARK: Flow

    /// The peer sent more than it was allowed; the stream is 0 for the connection.
    case windowExceeded(stream: Int)
    /// The peer allows more than 2^31-1 octets.
    case windowOverflow(stream: Int)
    /// The peer allows nothing more, in a frame made to allow more.
    case windowIncrementZero(stream: Int)
    /// The peer sends one frame after the other that brings nothing.
    case flood

    // MARK: This side

    /// No stream can be opened: the peer's limit is reached, or the connection is ending.
    case noStreamLeft
    /// The request's fields are larger than the peer takes.
    case requestTooLarge(limit: Int)

    /// What the peer is told.
    var code: HTTP2ErrorCode {
        switch self {
        case .frameTooLarge, .invalidFrameLength: .frameSizeError
        case .invalidSetting(let setting) where setting.id == .initialWindowSize: .flowControlError
        case .streamClosed: .streamClosed
        case .compression: .compressionError
        case .windowExceeded, .windowOverflow: .flowControlError
        case .flood, .fieldsTooLarge: .enhanceYourCalm
        default: .protocolError
        }
    }
}

extension HTTP2Error: CustomStringConvertible {
    /// One line for people.
    var description: String {
        switch self {
        case .notHTTP2: "the peer does not speak HTTP/2"
        case .isHTTP1: "the peer speaks HTTP/1, not HTTP/2"
        case .frameTooLarge(let length, let limit):
            "an HTTP/2 frame of \(length) octets, \(limit) are allowed"
        case .invalidFrameLength(let type, let length):
            "an HTTP/2 frame \(type) with \(length) octets"
        case .invalidStream(let type, let stream): "an HTTP/2 frame \(type) on stream \(stream)"
        case .paddingTooLong(let type): "an HTTP/2 frame \(type) of which all is padding, and more"
        case .invalidSetting(let setting): "the HTTP/2 setting \(setting.id) is \(setting.value)"
        case .brokenFieldBlock: "a block of HTTP/2 fields is not in one piece"
        case .unexpectedFrame(let type, let stream):
            "an HTTP/2 frame \(type) that does not belong on stream \(stream)"
        case .streamClosed(let type, let stream):
            "an HTTP/2 frame \(type) after the end of stream \(stream)"
        case .push: "the server pushes, though it was told not to"
        case .compression(let error): "HTTP/2 fields cannot be read: \(error)"
        case .fieldsTooLarge(let limit): "HTTP/2 fields larger than \(limit) octets"
        case .malformed(let reason): "a malformed HTTP/2 message: \(reason)"
        case .contentLength(let announced, let received):
            "\(received) octets came where Content-Length says \(announced)"
        case .windowExceeded(let stream):
            "the peer sent more on stream \(stream) than it was allowed"
        case .windowOverflow(let stream): "the window of HTTP/2 stream \(stream) is too large"
        case .windowIncrementZero(let stream):
            "the window of HTTP/2 stream \(stream) is to grow by nothing"
        case .flood: "the peer sends many HTTP/2 frames that say nothing"
        case .noStreamLeft: "the HTTP/2 connection takes no further request"
        case .requestTooLarge(let limit):
            "the request's fields are larger than the \(limit) octets that the peer takes"
        }
    }
}
