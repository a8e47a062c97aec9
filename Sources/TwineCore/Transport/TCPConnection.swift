import CTwine

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// One connected stream socket, TCP or Unix.
///
/// An idle connection owns no buffer: what is read is lent from the reactor's one buffer, and the
/// memory of what is written goes from connection to connection.
public final class TCPConnection: WatchedDescriptor, StreamTransport {
    enum Phase { case connecting, open, closed }
    struct Flags: OptionSet {
        let rawValue: UInt16
        /// In the loop's list of connections with something to do after this callback.
        static let queued = Self(rawValue: 1)
        /// `loseConnection()` was called: close when all is sent.
        static let closing = Self(rawValue: 2)
        /// `abortConnection()` was called: reset after this callback.
        static let aborting = Self(rawValue: 4)
        /// `loseWriteConnection()` was called: end the sending side when all is sent.
        static let endingWrite = Self(rawValue: 8)
        static let writeEnded = Self(rawValue: 16)
        static let readEnded = Self(rawValue: 32)
        static let readingPaused = Self(rawValue: 64)
        /// Sent before: from now on the kernel must not wait to fill packets.
        static let hasSent = Self(rawValue: 128)
        /// The kernel knows that.
        static let withoutDelay = Self(rawValue: 256)
        /// The protocol takes descriptors.
        static let takesDescriptors = Self(rawValue: 512)
    }

    /// Where the peer is.
    public let peer: SocketAddress
    /// Where this side is.
    public private(set) lazy var host: SocketAddress =
        unsafe SocketAddress.of(number, getsockname) ?? .unix(path: "")

    // These are for the extensions of this type, and nobody else.
    //
    // Nothing that is called while one of these is being changed touches it again: it is checked by
    // reading here, since each check at run time costs as much as a callback.
    @safe @exclusivity(unchecked) var phase: Phase
    @safe @exclusivity(unchecked) var flags: Flags = []
    @safe @exclusivity(unchecked) var output = OutputQueue()
    @safe @exclusivity(unchecked) var user: (any StreamProtocol)?
    @safe @exclusivity(unchecked) var production: Production?
    @safe @exclusivity(unchecked) var passed: PassedDescriptors?
    var intake: FileIntake?
    var connecting: Deferred<TCPConnection>?
    var closeTimer: DelayedCall?

    /// A descriptor that is connected already.
    init(connected descriptor: consuming Descriptor, peer: SocketAddress) {
        self.peer = peer
        phase = .open
        super.init(descriptor)
    }

    init(
        connecting descriptor: consuming Descriptor, peer: SocketAddress,
        _ deferred: Deferred<TCPConnection>
    ) {
        self.peer = peer
        phase = .connecting
        connecting = deferred
        super.init(descriptor)
    }

    /// Gives the connection its protocol: from now on it reads.
    func attach(_ user: any StreamProtocol) {
        self.user = user
        if case .unix = peer, user is any DescriptorReceiver { flags.insert(.takesDescriptors) }
        interest = flags.contains(.readingPaused) ? [] : .read
        user.connectionMade(self)
    }

    // MARK: Events

    override func serve(_ readiness: Readiness) {
        switch phase {
        case .connecting: return connectionAttemptEnded()
        case .closed: return
        case .open: break
        }
        if interest.contains(.read) {
            if !readiness.isDisjoint(with: [.read, .failed]) { read() }
        } else if readiness.contains(.failed) {
            hungUp()
        }
        if readiness.contains(.write), phase == .open { flush() }
    }

    private func read() {
        if let intake { return move(into: intake) }
        let buffer = unsafe watched.readBuffer
        let count =
            flags.contains(.takesDescriptors)
            ? unsafe receiveDescriptors(buffer)
            : unsafe twine_receive(number, buffer.baseAddress, buffer.count)
        if count > 0 {
            let bytes = unsafe UnsafeRawBufferPointer(rebasing: buffer[..<count])
            user?.dataReceived(unsafe bytes.bindMemory(to: UInt8.self).span)
        } else if count == 0 {
            inputEnded()
        } else if count != Int(-EAGAIN), count != Int(-EINTR) {
            finish(.lost(SystemError(errno: Int32(-count))))
        }
    }

    func inputEnded() {
        flags.insert(.readEnded)
        interest.remove(.read)
        if let user = user?.halfCloseable {
            user.readConnectionLost()
            if flags.contains(.writeEnded), phase == .open { loseConnection() }
        } else {
            loseConnection()
        }
    }

    /// Both directions are over while this side does not read: an error ends the connection now, a
    /// clean end waits for the reader, unwatched, since the kernel would report it at every wait.
    private func hungUp() {
        let code = twine_socket_error(number)
        if code != 0 { return finish(.lost(SystemError(errno: code))) }
        if output.isEmpty { interest = [] } else { flush() }
    }

    // MARK: Sending

    /// See ``StreamTransport``.
    public func write(_ bytes: Span<UInt8>) {
        guard acceptsWrites else { return }
        var sent = 0
        if bytes.count > OutputQueue.copyLimit, output.isEmpty, !interest.contains(.write) {
            // To send it from where it is costs less than to copy it.
            sent = sendAtOnce(bytes)
        }
        output.append(bytes.extracting(sent...), spare: &watched.spareOutput)
        written()
    }

    /// See ``StreamTransport``.
    public func write(_ bytes: [UInt8]) {
        guard acceptsWrites else { return }
        output.append(bytes, spare: &watched.spareOutput)
        written()
    }

    /// Sends what the kernel takes now; an error is left for the next attempt to find.
    ///
    /// - Returns: How many octets that were.
    private func sendAtOnce(_ bytes: Span<UInt8>) -> Int {
        if flags.contains(.hasSent) { withoutDelay() }
        let sent = max(0, Self.send(bytes, to: number))
        if sent > 0 { flags.insert(.hasSent) }
        return sent
    }

    var acceptsWrites: Bool {
        guard phase == .open, flags.isDisjoint(with: [.aborting, .writeEnded]) else { return false }
        // Closing waits for a registered producer, so what that one makes is still sent.
        return flags.isDisjoint(with: [.closing, .endingWrite]) || production != nil
    }

    private func written() {
        // A full socket tells when there is room again; until then sending is no use.
        if !interest.contains(.write) { queue() }
        if output.count > writeHighWatermark { production?.pause() }
    }

    func queue() {
        guard !flags.contains(.queued) else { return }
        flags.insert(.queued)
        unsafe watched.loop.sendLater(self)
    }

    /// Sends what waits and does what was put off until then: called when a callback is over.
    func flush() {
        flags.remove(.queued)
        guard phase == .open else { return }
        if flags.contains(.aborting) {
            _ = twine_linger_zero(number)
            return finish(.aborted)
        }
        if !output.isEmpty {
            let error = send()
            guard error == 0 else { return finish(.lost(SystemError(errno: error))) }
        }
        sentSome()
    }

    /// System calls for one connection before the others have their turn.
    private static let sendsPerTurn = 8

    /// Sends until the kernel takes no more.
    ///
    /// - Returns: 0, or why the connection is lost.
    private func send() -> Int32 {
        let number = number
        for _ in 0..<Self.sendsPerTurn {
            if flags.contains(.hasSent) { withoutDelay() }
            var offered = output.front.count
            let sent: Int
            if let passed {
                (sent, offered) = passed.send(output.front, to: number)
                if passed.isEmpty { self.passed = nil }
            } else if output.hasMore {
                let pieces = output.frontPieces
                offered = pieces.reduce(0) { $0 + $1.count }
                sent = Self.send(pieces, to: number)
            } else {
                sent = Self.send(output.front, to: number, more: production?.isFile == true)
            }
            guard sent >= 0 else {
                let error = Int32(-sent)
                return error == EAGAIN || error == EINTR ? 0 : error
            }
            flags.insert(.hasSent)
            output.drop(sent, spare: &watched.spareOutput)
            if sent < offered || output.isEmpty { break }
        }
        return 0
    }

    /// Set before the second send only: the first is never held back by the kernel, and many
    /// connections send once.
    func withoutDelay() {
        guard !flags.contains(.withoutDelay) else { return }
        flags.insert(.withoutDelay)
        if case .ip = peer {
            _ = twine_setsockopt(number, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        }
    }

    private func sentSome() {
        guard output.isEmpty else {
            interest.insert(.write)
            if output.count < writeLowWatermark { production?.resume() }
            return
        }
        interest.remove(.write)
        guard let production else { return closeIfDone() }
        if production.isStreaming { production.resume() } else { production.ranDry() }
    }

    private func closeIfDone() {
        if flags.contains(.closing) {
            finish(.done)
        } else if flags.contains(.endingWrite), !flags.contains(.writeEnded) {
            flags.insert(.writeEnded)
            _ = shutdown(number, Int32(SHUT_WR))
            user?.halfCloseable?.writeConnectionLost()
            if flags.contains(.readEnded) { loseConnection() }
        }
    }

    // MARK: The end

    /// See ``StreamTransport``.
    public var bufferedCount: Int { output.count }

    func finish(_ reason: ConnectionLost) {
        guard phase == .open else { return }
        phase = .closed
        interest = []
        close()
        closeTimer.take()?.cancel()
        output.removeAll(spare: &watched.spareOutput)
        passed = nil
        intake = nil
        production.take()?.producer.stopProducing()
        user.take()?.connectionLost(reason)
    }
}
