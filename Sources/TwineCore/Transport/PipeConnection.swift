import CTwine

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Two descriptors as one stream: standard input and output, or the pipes to a child process.
///
/// The descriptors may be pipes, terminals, files or sockets. They may be shared with other programs
/// (a terminal is, with the shell), so they are never made non-blocking: each is read or written only
/// when the system says so, and then no more than it takes for sure.
public final class PipeConnection: StreamTransport {
    private var input: PipeEnd?
    private var output: PipeEnd?
    private var user: (any StreamProtocol)?
    private var queue = OutputQueue()
    private var spare: [UInt8] = []
    private var production: Production?
    private var isQueued = false
    private var isClosing = false
    private var isAborting = false
    private var isEndingWrite = false
    private var hasReadEnded = false
    private var isReadingPaused = false
    private var isLost = false
    /// The program at the other end, if there is one.
    private let process: ChildProcess?

    /// An unnamed Unix socket: pipes have no address.
    public var peer: SocketAddress { .unix(path: "") }
    /// As ``peer``.
    public var host: SocketAddress { .unix(path: "") }

    private init(
        input: consuming Descriptor, output: consuming Descriptor, _ process: ChildProcess?
    ) {
        self.process = process
        self.input = PipeEnd(input) { self.readable() }
        self.output = PipeEnd(output) { self.send() }
    }

    /// Makes a stream that lives as long as it is open.
    ///
    /// - Parameters:
    ///   - input: What comes is read from it; closed at the end.
    ///   - output: What is sent is written to it; closed at the end.
    ///   - user: The protocol; it is connected at once.
    ///   - process: The program at the other end: an orderly end waits for its own.
    static func open(
        input: consuming Descriptor, output: consuming Descriptor, _ user: any StreamProtocol,
        process: ChildProcess? = nil
    ) {
        PipeConnection(input: input, output: output, process).attach(user)
    }

    private func attach(_ user: any StreamProtocol) {
        self.user = user
        input?.interest = .read
        user.connectionMade(self)
    }

    // MARK: Reading

    private func readable() {
        guard let input, !isReadingPaused else { return }
        let buffer = unsafe Reactor.shared.loop.watched.readBuffer
        let count = unsafe input.read(buffer)
        if count > 0 {
            let bytes = unsafe UnsafeRawBufferPointer(rebasing: buffer[..<count])
            user?.dataReceived(unsafe bytes.bindMemory(to: UInt8.self).span)
        } else if count == 0 || count == Int(-EIO) && input.isTerminal {
            // A terminal that has hung up says EIO.
            readEnded()
        } else if count != Int(-EAGAIN), count != Int(-EINTR) {
            finish(.lost(SystemError(errno: Int32(-count))))
        }
    }

    private func readEnded() {
        hasReadEnded = true
        input?.interest = []
        if let user = user?.halfCloseable {
            user.readConnectionLost()
            if output == nil { loseConnection() }
        } else {
            loseConnection()
        }
    }

    /// See ``StreamTransport``.
    public func pauseReading() {
        isReadingPaused = true
        input?.interest = []
    }

    /// See ``StreamTransport``.
    public func resumeReading() {
        isReadingPaused = false
        if !hasReadEnded, !isClosing { input?.interest = .read }
    }

    // MARK: Writing

    private var acceptsWrites: Bool {
        guard !isLost, output != nil, !isAborting else { return false }
        return !isClosing && !isEndingWrite || production != nil
    }

    /// See ``StreamTransport``.
    public func write(_ bytes: Span<UInt8>) {
        guard acceptsWrites else { return }
        queue.append(bytes, spare: &spare)
        written()
    }

    /// See ``StreamTransport``.
    public func write(_ bytes: [UInt8]) {
        guard acceptsWrites else { return }
        queue.append(bytes, spare: &spare)
        written()
    }

    private func written() {
        output?.interest = .write
        if queue.count > writeHighWatermark { production?.pause() }
    }

    private func send() {
        guard let output, !isLost else { return }
        if !queue.isEmpty {
            // The first piece alone: a pipe takes no more than a page for sure.
            let count = output.write(queue.front)
            if count > 0 { queue.drop(count, spare: &spare) }
            guard count >= 0 || count == -Int(EAGAIN) || count == -Int(EINTR) else {
                return finish(.lost(SystemError(errno: Int32(-count))))
            }
        }
        guard queue.isEmpty else {
            if queue.count < writeLowWatermark { production?.resume() }
            return
        }
        output.interest = []
        if let production {
            if production.isStreaming { production.resume() } else { production.ranDry() }
        } else {
            endIfDone()
        }
    }

    /// See ``StreamTransport``.
    public var bufferedCount: Int { queue.count }

    /// See ``StreamTransport``.
    public func registerProducer(_ producer: any Producer, streaming: Bool) {
        guard acceptsWrites else { return producer.stopProducing() }
        let former = production
        production = Production(producer, isStreaming: streaming)
        former?.producer.stopProducing()
        if !streaming {
            producer.resumeProducing()
        } else if queue.count > writeHighWatermark {
            production?.pause()
        }
    }

    /// See ``StreamTransport``.
    public func unregisterProducer() {
        guard production != nil else { return }
        production = nil
        endSoon()
    }

    // MARK: The end

    /// See ``StreamTransport``.
    public func loseConnection() {
        guard !isLost, !isClosing else { return }
        isClosing = true
        input?.interest = []
        endSoon()
    }

    /// See ``StreamTransport``; pipes know no reset: they are closed, and a program at the other end
    /// is killed.
    public func abortConnection() {
        guard !isLost, !isAborting else { return }
        isAborting = true
        input?.interest = []
        endSoon()
    }

    /// See ``StreamTransport``: closes the output.
    public func loseWriteConnection() {
        guard !isLost, !isEndingWrite else { return }
        isEndingWrite = true
        endSoon()
    }

    private func endSoon() {
        guard !isQueued else { return }
        isQueued = true
        Reactor.whenCallbackReturns { [weak self] in
            guard let self else { return }
            isQueued = false
            if isAborting { return finish(.aborted) }
            if queue.isEmpty, production == nil { endIfDone() }
        }
    }

    private func endIfDone() {
        if isClosing { return finish(.done) }
        guard isEndingWrite, let output else { return }
        output.endWriting()
        self.output = nil
        user?.halfCloseable?.writeConnectionLost()
        if hasReadEnded { finish(.done) }
    }

    private func finish(_ reason: ConnectionLost) {
        guard !isLost else { return }
        isLost = true
        input.take()?.end()
        output.take()?.end()
        queue.removeAll(spare: &spare)
        spare = []
        production.take()?.producer.stopProducing()
        guard let user = user.take() else { return }
        if reason == .aborted { process?.send(signal: SIGKILL) }
        guard reason == .done, let process else { return user.connectionLost(reason) }
        process.ended.addBoth { result in
            switch result {
            case .success(.exited(0)): user.connectionLost(.done)
            case .success(let status): user.connectionLost(.layer("the program \(status)"))
            case .failure(let error): user.connectionLost(.layer("\(error)"))
            }
        }
    }
}

/// One of the two descriptors.
private final class PipeEnd: WatchedDescriptor {
    private let ready: @Reactor () -> Void
    private let isSocket: Bool
    /// A file on a disk is never full.
    private let isFile: Bool
    let isTerminal: Bool
    override var mayBeShared: Bool { true }

    init(_ descriptor: consuming Descriptor, _ ready: @escaping @Reactor () -> Void) {
        self.ready = ready
        var status = stat()
        let kind = unsafe fstat(descriptor.number, &status) == 0 ? status.st_mode & S_IFMT : 0
        isSocket = kind == S_IFSOCK
        isFile = kind == S_IFREG
        isTerminal = isatty(descriptor.number) == 1
        super.init(descriptor)
    }

    override func serve(_ readiness: Readiness) {
        guard !interest.isEmpty else { return }
        ready()
    }

    /// Octets read, 0 at the end, or a negative errno value.
    func read(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        if isSocket { return unsafe twine_receive_now(number, buffer.baseAddress, buffer.count) }
        return unsafe twine_read(number, buffer.baseAddress, buffer.count)
    }

    /// What a pipe with room takes without waiting: POSIX says at least 512, Linux has a page.
    static let pieceLimit = Int(PIPE_BUF)

    /// Octets written, or a negative errno value.
    func write(_ bytes: Span<UInt8>) -> Int {
        let number = number
        let bytes = isFile || isSocket ? bytes : bytes.extracting(first: Self.pieceLimit)
        return unsafe bytes.withUnsafeBufferPointer { bytes in
            if isSocket { return unsafe twine_send_now(number, bytes.baseAddress, bytes.count) }
            let count = unsafe twine_write(number, bytes.baseAddress, bytes.count)
            return count < 0 ? -Int(errno) : count
        }
    }

    /// Ends the direction: a socket may be the other end as well.
    func endWriting() {
        if isSocket { _ = shutdown(number, Int32(SHUT_WR)) }
        end()
    }

    func end() {
        interest = []
        close()
    }
}
