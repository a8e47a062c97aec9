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
public final class TCPConnection: WatchedDescriptor, StreamTransport, FileTransport,
    FileIntakeTransport, DescriptorTransport
{
    private enum Phase { case connecting, open, closed }
    private struct Flags: OptionSet {
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

    // Nothing that is called while one of these is being changed touches it again: it is checked by
    // reading here, since each check at run time costs as much as a callback.
    @safe @exclusivity(unchecked) private var phase: Phase
    @safe @exclusivity(unchecked) private var flags: Flags = []
    @safe @exclusivity(unchecked) private var output = OutputQueue()
    @safe @exclusivity(unchecked) private var user: (any StreamProtocol)?
    @safe @exclusivity(unchecked) private var production: Production?
    @safe @exclusivity(unchecked) private var passed: PassedDescriptors?
    private var intake: FileIntake?
    private var connecting: Deferred<TCPConnection>?
    private var closeTimer: DelayedCall?

    /// A descriptor that is connected already.
    init(connected descriptor: consuming Descriptor, peer: SocketAddress) {
        self.peer = peer
        phase = .open
        super.init(descriptor)
    }

    private init(
        connecting descriptor: consuming Descriptor, peer: SocketAddress,
        _ deferred: Deferred<TCPConnection>
    ) {
        self.peer = peer
        phase = .connecting
        connecting = deferred
        super.init(descriptor)
    }

    // MARK: Making the connection

    /// Connects to `address`; the connection does nothing until ``attach(_:)``.
    static func connect(
        to address: SocketAddress, from local: SocketAddress?
    ) -> Deferred<TCPConnection> {
        let number = twine_socket(address.family, false)
        guard number >= 0 else { return fail(ConnectError(SystemError.last, address)) }
        let descriptor = Descriptor(number)
        if let local, local.bindSocket(number) < 0 {
            return fail(CannotListenError(address: local, reason: SystemError.last))
        }
        if address.connectSocket(number) == 0 {
            return succeed(TCPConnection(connected: descriptor, peer: address))
        }
        // A Unix socket whose queue is full says EAGAIN, and is not connected later.
        let error = SystemError.last
        guard error.errno == EINPROGRESS else { return fail(ConnectError(error, address)) }
        var connection: TCPConnection?
        let deferred = Deferred<TCPConnection>(canceller: { deferred in
            connection?.giveUp(ConnectError.cancelled(host: address.description))
        })
        let made = TCPConnection(connecting: descriptor, peer: address, deferred)
        connection = made
        made.interest = .write
        return deferred
    }

    /// Ends an attempt that is still under way.
    func giveUp(_ error: any Error) {
        guard phase == .connecting else { return }
        phase = .closed
        close()
        connecting.take()?.errback(error)
    }

    private func connectionAttemptEnded() {
        let code = twine_socket_error(number)
        guard code == 0 else {
            return giveUp(ConnectError(SystemError(errno: code), peer))
        }
        phase = .open
        interest = []
        connecting.take()?.callback(self)
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

    /// See ``FileIntakeTransport``.
    public func moveInput(_ count: Int, into sink: any FileSink) -> Bool {
        guard count > 0 else {
            intake = nil
            return true
        }
        guard phase == .open, !flags.contains(.takesDescriptors) else { return false }
        if watched.splicePipe == nil { watched.splicePipe = SplicePipe() }
        guard watched.splicePipe != nil else { return false }
        intake = FileIntake(sink, count)
        return true
    }

    private func move(into intake: FileIntake) {
        // Another connection's file may have failed since, and have spoilt the pipe.
        guard let pipe = watched.splicePipe ?? SplicePipe() else {
            self.intake = nil
            return intake.sink.writeFailed(SystemError(errno: EMFILE))
        }
        watched.splicePipe = pipe
        let (moved, failure) = pipe.move(number, to: intake.sink.descriptor, intake.remaining)
        if moved > 0 {
            intake.remaining -= moved
            if intake.remaining == 0 { self.intake = nil }
            intake.sink.octetsWritten(moved)
        }
        if let failure {
            watched.splicePipe = nil
            if self.intake === intake { self.intake = nil }
            intake.sink.writeFailed(failure)
        } else if moved == 0 {
            inputEnded()
        } else if moved < 0, moved != Int(-EAGAIN), moved != Int(-EINTR) {
            finish(.lost(SystemError(errno: Int32(-moved))))
        }
    }

    /// Receives octets, and hands over the descriptors that come with them.
    private func receiveDescriptors(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        var descriptors = [Int32](repeating: -1, count: 16)
        var passed = Int32(descriptors.count)
        let count = unsafe twine_receive_descriptors(
            number, buffer.baseAddress, buffer.count, &descriptors, &passed)
        for descriptor in descriptors.prefix(Int(passed)) {
            if let user = user as? any DescriptorReceiver {
                user.descriptorReceived(descriptor)
            } else {
                _ = Descriptor(descriptor)
            }
        }
        return count
    }

    private func inputEnded() {
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

    private var acceptsWrites: Bool {
        guard phase == .open, flags.isDisjoint(with: [.aborting, .writeEnded]) else { return false }
        // Closing waits for a registered producer, so what that one makes is still sent.
        return flags.isDisjoint(with: [.closing, .endingWrite]) || production != nil
    }

    /// The most octets of a file in one system call, so that others have their turn.
    private static let fileOctetsPerTurn = 1 << 20

    /// See ``FileTransport``.
    public func sendFile(
        _ file: OpenFile, at offset: Int, _ count: Int
    ) throws(FileTooShort) -> Int? {
        // What waits goes first, and then the producer is asked again.
        guard acceptsWrites, output.isEmpty, !interest.contains(.write) else { return 0 }
        if flags.contains(.hasSent) { withoutDelay() }
        let sent = twine_send_file(
            number, file.number, off_t(offset), min(count, Self.fileOctetsPerTurn))
        switch sent {
        case 1...: flags.insert(.hasSent)
        case 0: throw FileTooShort(expected: offset + count, actual: offset)
        case Int(-ENOSYS), Int(-EINVAL): return nil
        case Int(-EAGAIN), Int(-EINTR): break
        default:
            // An attempt to send octets finds out what is wrong with the connection.
            return nil
        }
        if sent < count { interest.insert(.write) }
        return max(0, sent)
    }

    /// See ``DescriptorTransport``.
    public func sendDescriptor(_ descriptor: Int32, with octets: [UInt8]) throws(SystemError) {
        guard case .unix = peer else { throw SystemError(errno: EAFNOSUPPORT) }
        guard acceptsWrites else { throw SystemError(errno: EPIPE) }
        guard !octets.isEmpty else { throw SystemError(errno: EINVAL) }
        let passed = self.passed ?? PassedDescriptors()
        guard !passed.isFull else { throw SystemError(errno: ENOBUFS) }
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else { throw SystemError.last }
        passed.append(Descriptor(copy), ahead: output.count)
        self.passed = passed
        write(octets)
    }

    private func written() {
        // A full socket tells when there is room again; until then sending is no use.
        if !interest.contains(.write) { queue() }
        if output.count > writeHighWatermark { production?.pause() }
    }

    private func queue() {
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
    private func withoutDelay() {
        guard !flags.contains(.withoutDelay) else { return }
        flags.insert(.withoutDelay)
        if case .ip = peer {
            _ = twine_setsockopt(number, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        }
    }

    private nonisolated static func send(
        _ bytes: Span<UInt8>, to number: Int32, more: Bool = false
    ) -> Int {
        unsafe bytes.withUnsafeBufferPointer {
            more
                ? unsafe twine_send_more(number, $0.baseAddress, $0.count)
                : unsafe twine_send(number, $0.baseAddress, $0.count)
        }
    }

    private nonisolated static func send(_ pieces: [ArraySlice<UInt8>], to number: Int32) -> Int {
        var vectors: [iovec] = unsafe []
        unsafe vectors.reserveCapacity(pieces.count)
        for piece in pieces {
            // The slices live in the queue, which does not change before the call returns.
            unsafe piece.withUnsafeBufferPointer {
                unsafe vectors.append(
                    iovec(
                        iov_base: UnsafeMutableRawPointer(mutating: $0.baseAddress),
                        iov_len: $0.count))
            }
        }
        return withExtendedLifetime(pieces) {
            unsafe twine_send_pieces(number, &vectors, Int32(vectors.count))
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

    // MARK: Control

    /// See ``StreamTransport``.
    public func loseConnection() {
        guard phase == .open, !flags.contains(.closing) else { return }
        flags.insert(.closing)
        interest.remove(.read)
        if output.isEmpty && production == nil { queue() } else { limitClosing() }
    }

    /// A peer that takes nothing for this long (seconds) while the connection closes is cut off.
    private static let closingLimit = 60.0

    private func limitClosing() {
        let waiting = output.count
        closeTimer = Reactor.callLater(Self.closingLimit) { [weak self] in
            guard let self, phase == .open else { return }
            if output.count < waiting || production != nil {
                limitClosing()
            } else {
                abortConnection()
            }
        }
    }

    /// See ``StreamTransport``.
    public func abortConnection() {
        guard phase == .open else { return }
        flags.insert(.aborting)
        interest = []
        queue()
    }

    /// See ``StreamTransport``.
    public func loseWriteConnection() {
        guard phase == .open, !flags.contains(.endingWrite) else { return }
        flags.insert(.endingWrite)
        if output.isEmpty && production == nil { queue() }
    }

    /// See ``StreamTransport``.
    public func pauseReading() {
        flags.insert(.readingPaused)
        interest.remove(.read)
    }

    /// See ``StreamTransport``.
    public func resumeReading() {
        flags.remove(.readingPaused)
        guard phase == .open, user != nil,
            flags.isDisjoint(with: [.closing, .aborting, .readEnded])
        else { return }
        interest.insert(.read)
    }

    /// See ``StreamTransport``.
    public func registerProducer(_ producer: any Producer, streaming: Bool) {
        guard acceptsWrites else { return producer.stopProducing() }
        let production = Production(producer, isStreaming: streaming)
        let former = self.production
        self.production = production
        former?.producer.stopProducing()
        if !streaming {
            producer.resumeProducing()
        } else if output.count > writeHighWatermark {
            production.pause()
        }
    }

    /// See ``StreamTransport``.
    public func unregisterProducer() {
        guard production != nil else { return }
        production = nil
        // A close may have waited for it.
        if phase == .open, !interest.contains(.write) { queue() }
    }

    /// See ``StreamTransport``.
    public var bufferedCount: Int { output.count }

    private func finish(_ reason: ConnectionLost) {
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
