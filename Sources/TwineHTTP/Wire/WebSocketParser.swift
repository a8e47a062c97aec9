/// Takes the frames of a WebSocket apart, and makes frames.
///
/// RFC 6455 §5.
struct WebSocketParser {
    /// What the peer says.
    enum Event: Equatable {
        /// A whole message of text, valid UTF-8.
        case text(String)
        /// A whole message of octets.
        case binary([UInt8])
        /// To be answered by a pong with the same octets.
        case ping([UInt8])
        case pong([UInt8])
        /// The peer closes; the code is 1005 when it gave none.
        case close(code: UInt16, reason: String)
        /// The peer broke the protocol: the connection is to be closed with this code.
        case failure(code: UInt16, reason: String)
    }

    enum Opcode: UInt8 {
        case continuation = 0
        case text = 1
        case binary = 2
        case close = 8
        case ping = 9
        case pong = 10
    }

    /// Whether the peer is a client, whose frames are masked; a server's are not.
    let isServer: Bool
    /// The most octets of a message, all its fragments together.
    let messageLimit: Int

    private var buffer: [UInt8] = []
    private var start = 0
    private var message: [UInt8] = []
    private var messageOpcode: Opcode?
    private var isEnded = false

    init(isServer: Bool, messageLimit: Int) {
        self.isServer = isServer
        self.messageLimit = messageLimit
    }

    /// Takes octets from the peer.
    mutating func receive(_ bytes: Span<UInt8>) {
        guard !isEnded else { return }
        if start > 0 {
            buffer.removeSubrange(0..<start)
            start = 0
        }
        buffer.appendOctets(bytes)
    }

    /// What the octets say next; nil when more are needed, or after the end.
    mutating func nextEvent() -> Event? {
        while !isEnded {
            guard let frame = nextFrame() else { return nil }
            switch frame {
            case .failure(let event):
                isEnded = true
                return event
            case .frame(let opcode, let isLast, let payload):
                if let event = receive(opcode, isLast, payload) {
                    switch event {
                    case .close, .failure: isEnded = true
                    default: break
                    }
                    return event
                }
            }
        }
        return nil
    }

    private enum Frame {
        case frame(Opcode, isLast: Bool, [UInt8])
        case failure(Event)
    }

    private func failed(_ code: UInt16, _ reason: String) -> Frame {
        .failure(.failure(code: code, reason: reason))
    }

    private mutating func nextFrame() -> Frame? {
        let available = buffer.count - start
        guard available >= 2 else { return nil }
        let (first, second) = (buffer[start], buffer[start + 1])
        guard first & 0x70 == 0 else { return failed(1002, "reserved bits are set") }
        guard let opcode = Opcode(rawValue: first & 15) else {
            return failed(1002, "an unknown opcode")
        }
        let isLast = first & 0x80 != 0
        guard (second & 0x80 != 0) == isServer else {
            return failed(1002, isServer ? "a frame is not masked" : "a frame is masked")
        }
        var length = Int(second & 0x7f)
        let isControl = opcode.rawValue >= 8
        if isControl, !isLast || length > 125 {
            return failed(1002, "a control frame is too long or in fragments")
        }
        let extra = length == 126 ? 2 : length == 127 ? 8 : 0
        guard available >= 2 + extra else { return nil }
        if extra > 0 {
            let digits = buffer[start + 2..<start + 2 + extra]
            guard digits.first.map({ extra == 2 || $0 & 0x80 == 0 }) == true else {
                return failed(1002, "a length is negative")
            }
            length = digits.reduce(0) { $0 << 8 | Int($1) }
            guard length >= (extra == 2 ? 126 : 65_536) else {
                return failed(1002, "a length is longer than it must be")
            }
        }
        guard isControl || length <= messageLimit - message.count else {
            return failed(1009, "a message is longer than \(messageLimit) octets")
        }
        let head = 2 + extra + (isServer ? 4 : 0)
        guard available - head >= length else { return nil }
        var payload = Array(buffer[start + head..<start + head + length])
        if isServer { Self.mask(&payload, Array(buffer[start + head - 4..<start + head])) }
        start += head + length
        return .frame(opcode, isLast: isLast, payload)
    }

    private mutating func receive(
        _ opcode: Opcode, _ isLast: Bool, _ payload: [UInt8]
    ) -> Event? {
        switch opcode {
        case .ping: return .ping(payload)
        case .pong: return .pong(payload)
        case .close: return Self.close(payload)
        case .text, .binary:
            guard messageOpcode == nil else {
                return .failure(code: 1002, reason: "a message begins inside of another")
            }
            messageOpcode = opcode
            message = payload
        case .continuation:
            guard messageOpcode != nil else {
                return .failure(code: 1002, reason: "a fragment of no message")
            }
            message += payload
        }
        guard isLast else { return nil }
        defer {
            message = []
            messageOpcode = nil
        }
        guard messageOpcode == .text else { return .binary(message) }
        guard let text = String(validating: message, as: UTF8.self) else {
            return .failure(code: 1007, reason: "a text is no UTF-8")
        }
        return .text(text)
    }

    private static func close(_ payload: [UInt8]) -> Event {
        guard !payload.isEmpty else { return .close(code: 1005, reason: "") }
        guard payload.count >= 2 else {
            return .failure(code: 1002, reason: "half a close code")
        }
        let code = UInt16(payload[0]) << 8 | UInt16(payload[1])
        guard isSendable(code) else {
            return .failure(code: 1002, reason: "a close code of nobody")
        }
        guard let reason = String(validating: payload[2...], as: UTF8.self) else {
            return .failure(code: 1007, reason: "a reason is no UTF-8")
        }
        return .close(code: code, reason: reason)
    }

    /// Whether a code may be in a close frame (RFC 6455 §7.4).
    static func isSendable(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }

    private static func mask(_ octets: inout [UInt8], _ key: [UInt8]) {
        for index in octets.indices { octets[index] ^= key[index & 3] }
    }

    /// A frame as it is sent.
    ///
    /// - Parameters:
    ///   - opcode: What it is.
    ///   - payload: Its octets; at most 125 in a control frame.
    ///   - key: The mask, which a client uses and a server does not.
    /// - Returns: The octets.
    static func frame(_ opcode: Opcode, _ payload: [UInt8], key: [UInt8]? = nil) -> [UInt8] {
        var frame: [UInt8] = [0x80 | opcode.rawValue]
        let mask: UInt8 = key == nil ? 0 : 0x80
        switch payload.count {
        case 0...125: frame.append(mask | UInt8(payload.count))
        case 126...65_535:
            frame += [mask | 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
        default:
            frame.append(mask | 127)
            frame += (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - 8 * $0)) }
        }
        guard let key else { return frame + payload }
        var masked = payload
        Self.mask(&masked, key)
        return frame + key + masked
    }
}
