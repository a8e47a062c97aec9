#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The small services that every machine once had: what inetd served by itself.
///
/// RFC 862 to 865, 867 and 868.
public enum SimpleService: String, CaseIterable, Sendable {
    /// Sends back what comes (RFC 862).
    case echo
    /// Takes what comes and drops it (RFC 863).
    case discard
    /// Sends lines of characters without end; a datagram gets some (RFC 864).
    case chargen
    /// Tells the date and time as text (RFC 867).
    case daytime
    /// Tells the seconds since 1900 as 32 bits, which begin anew in 2036 (RFC 868).
    case time
    /// Tells a quote of the day (RFC 865).
    case qotd

    /// The port that is assigned to it.
    public var port: UInt16 {
        switch self {
        case .echo: 7
        case .discard: 9
        case .daytime: 13
        case .qotd: 17
        case .chargen: 19
        case .time: 37
        }
    }

    /// A protocol that serves one connection.
    @Reactor
    public func makeProtocol() -> any StreamProtocol {
        switch self {
        case .echo: Echo()
        case .discard: Discard()
        case .chargen: CharacterGenerator()
        case .daytime, .time, .qotd: OneAnswer(answer())
        }
    }

    /// What a datagram is answered with.
    ///
    /// - Parameter request: The datagram's payload.
    /// - Returns: The payload of the answer; nil for none.
    public func answer(to request: Span<UInt8>) -> [UInt8]? {
        switch self {
        case .echo: unsafe request.withUnsafeBufferPointer { unsafe Array($0) }
        case .discard: nil
        case .chargen: CharacterLines.text(Int.random(in: 0...512))
        case .daytime, .time, .qotd: answer()
        }
    }

    private func answer() -> [UInt8] {
        let now = unsafe Self.systemTime(nil)
        return switch self {
        case .daytime: Array(Self.daytime(now).utf8)
        case .time: Self.time(now)
        default: Array((Self.quotes[Int(now / 86_400) % Self.quotes.count] + "\r\n").utf8)
        }
    }

    private static func systemTime(_ result: UnsafeMutablePointer<time_t>?) -> time_t {
        #if canImport(Glibc)
        unsafe Glibc.time(result)
        #elseif canImport(Musl)
        unsafe Musl.time(result)
        #else
        unsafe Darwin.time(result)
        #endif
    }

    /// `Tuesday, November 24, 2026 00:17:56-UTC` and a line end, in local time.
    static func daytime(_ now: time_t) -> String {
        var now = now
        var parts = unsafe tm()
        guard unsafe localtime_r(&now, &parts) != nil else { return "\r\n" }
        var text = [CChar](repeating: 0, count: 128)
        // The names of RFC 867's example are English ones, whatever the locale: none is set.
        _ = unsafe strftime(&text, text.count, "%A, %B %d, %Y %H:%M:%S-%Z\r\n", &parts)
        return String(
            decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The seconds since 1900-01-01 00:00 UTC, as 32 bits in network order.
    static func time(_ now: time_t) -> [UInt8] {
        let seconds = UInt32(truncatingIfNeeded: Int64(now) + 2_208_988_800)
        return (0..<4).map { UInt8(truncatingIfNeeded: seconds >> (24 - 8 * $0)) }
    }

    private static let quotes = [
        "Be conservative in what you do, be liberal in what you accept from others. (RFC 761)",
        "With sufficient thrust, pigs fly just fine. (RFC 1925)",
        "It is always possible to add another level of indirection. (RFC 1925)",
        "Good, Fast, Cheap: Pick any two (you can't have all three). (RFC 1925)",
        "No matter how hard you push, you can't increase the speed of light. (RFC 1925)",
        "The goal is connectivity, the tool is the Internet Protocol. (RFC 1958)",
        "Nothing gets standardised until there are multiple instances of running code. (RFC 1958)",
    ]
}

/// Sends back what comes, all of it, also after the peer's end; a slow reader is read slowly.
///
/// RFC 862.
public final class Echo: HalfCloseableProtocol, Producer {
    @safe @exclusivity(unchecked) private var transport: (any StreamTransport)?

    /// Makes one for one connection.
    public init() {}

    /// See ``StreamProtocol``.
    public func connectionMade(_ transport: any StreamTransport) { self.transport = transport }

    /// See ``StreamProtocol``.
    public func dataReceived(_ bytes: Span<UInt8>) {
        guard let transport else { return }
        transport.write(bytes)
        // Registered only while it matters: most connections never fall behind.
        if transport.bufferedCount > transport.writeHighWatermark {
            transport.pauseReading()
            transport.registerProducer(self, streaming: true)
        }
    }

    /// See ``HalfCloseableProtocol``.
    public func readConnectionLost() { transport?.loseConnection() }

    /// See ``StreamProtocol``.
    public func connectionLost(_ reason: ConnectionLost) { transport = nil }

    /// See ``Producer``.
    public func pauseProducing() { transport?.pauseReading() }

    /// See ``Producer``.
    public func resumeProducing() {
        transport?.unregisterProducer()
        transport?.resumeReading()
    }

    /// See ``Producer``.
    public func stopProducing() {}
}

/// Takes what comes and drops it.
///
/// RFC 863.
public final class Discard: StreamProtocol {
    /// Makes one for one connection.
    public init() {}
    /// Does nothing.
    public func dataReceived(_ bytes: Span<UInt8>) {}
}

/// Sends lines of 72 characters as fast as the peer takes them; what the peer sends is dropped.
///
/// RFC 864.
public final class CharacterGenerator: StreamProtocol, Producer {
    private static let piece = CharacterLines.text(CharacterLines.cycle)
    private var transport: (any StreamTransport)?

    /// Makes one for one connection.
    public init() {}

    /// See ``StreamProtocol``.
    public func connectionMade(_ transport: any StreamTransport) {
        self.transport = transport
        transport.registerProducer(self, streaming: false)
    }

    /// Does nothing: what comes is dropped.
    public func dataReceived(_ bytes: Span<UInt8>) {}

    /// See ``StreamProtocol``.
    public func connectionLost(_ reason: ConnectionLost) { transport = nil }

    /// Does nothing: it produces when it is asked to.
    public func pauseProducing() {}
    /// Sends all the lines once.
    public func resumeProducing() { transport?.write(Self.piece) }
    /// See ``Producer``.
    public func stopProducing() { transport = nil }
}

/// The lines of chargen: each begins one character further in the 95 that can be seen, or a space.
private enum CharacterLines {
    private static let width = 72
    private static let signs = 95
    /// After so many octets the lines begin anew.
    static let cycle = signs * (width + 2)

    static func text(_ count: Int) -> [UInt8] {
        (0..<count).map { place in
            let (line, column) = (place / (width + 2) % signs, place % (width + 2))
            switch column {
            case width: return 13
            case width + 1: return 10
            default: return UInt8(32 + (line + column) % signs)
            }
        }
    }
}

/// Sends one answer and closes, when the peer has connected; what it sends is dropped.
private final class OneAnswer: StreamProtocol {
    private let answer: [UInt8]

    init(_ answer: [UInt8]) { self.answer = answer }

    func connectionMade(_ transport: any StreamTransport) {
        transport.write(answer)
        transport.loseConnection()
    }

    func dataReceived(_ bytes: Span<UInt8>) {}
}

/// Serves datagrams; each is answered by one at most.
///
/// What comes from a port below 1024 or from the service's own is dropped, as inetd does: two
/// services that answer each other would never end, and a forged address is all it takes.
public final class SimpleDatagramService: DatagramProtocol {
    private let service: SimpleService
    private var port: UDPPort?
    /// Datagrams that came, those that were dropped too.
    public private(set) var count = 0
    /// Octets of payload that came.
    public private(set) var received = 0
    /// Octets of payload of the answers.
    public private(set) var sent = 0
    /// Datagrams that were dropped: from a service's port, or with no room to answer.
    public private(set) var dropped = 0

    /// Makes one for one port.
    ///
    /// - Parameter service: What it answers.
    public init(_ service: SimpleService) { self.service = service }

    /// See ``DatagramProtocol``.
    public func portOpened(_ port: UDPPort) { self.port = port }

    /// See ``DatagramProtocol``.
    public func datagramReceived(_ bytes: Span<UInt8>, from address: SocketAddress) {
        count += 1
        received += bytes.count
        guard let port else { return }
        if let sender = address.port, sender < 1024 || sender == port.address.port {
            dropped += 1
            return
        }
        guard service != .echo else { return send(bytes, to: address) }
        if let answer = service.answer(to: bytes) { send(answer.span, to: address) }
    }

    private func send(_ bytes: Span<UInt8>, to address: SocketAddress) {
        port?.reply(bytes, to: address)
        sent += bytes.count
    }

    /// See ``DatagramProtocol``.
    public func deliveryFailed(_ error: SystemError) { dropped += 1 }
}
