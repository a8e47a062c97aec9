import CTwine
public import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Runs a program several times over: starts its workers, starts one that died anew, and ends them
/// together.
///
/// Each worker has a channel to its supervisor as descriptor 3, see ``WorkerChannel``, and the
/// descriptors that it serves from 4 on.
@Reactor
public final class Supervisor {
    /// A worker that lived for less than this, in seconds, is started anew more and more slowly.
    private static let shortLife = 1.0
    /// The longest wait before a worker is started anew, in seconds.
    private static let longestWait = 30.0

    private let start: @Reactor (_ worker: Int) -> (arguments: [String], descriptors: [Int32])
    private let message: @Reactor (String) -> Void
    private var workers: [Worker?]
    private var isEnding = false
    private let ended = Deferred<Void>()

    private struct Worker {
        let process: ChildProcess
        let channel: SupervisorChannel
    }

    /// Starts nothing before ``run()``.
    ///
    /// - Parameters:
    ///   - count: How many workers.
    ///   - message: Tells people what has happened to a worker.
    ///   - start: The arguments and descriptors of a worker, whose number is from 0.
    public init(
        _ count: Int, message: @escaping @Reactor (String) -> Void,
        start: @escaping @Reactor (_ worker: Int) -> (arguments: [String], descriptors: [Int32])
    ) {
        workers = Array(repeating: nil, count: count)
        self.message = message
        self.start = start
    }

    /// Starts the workers.
    ///
    /// - Returns: Fires when the last of them has ended, after ``end(at once:)``.
    /// - Throws: The system's error, when one cannot be started.
    public func run() throws(SystemError) -> Deferred<Void> {
        for index in workers.indices { try launch(index, waited: 0) }
        return ended
    }

    private func launch(_ index: Int, waited: Double) throws(SystemError) {
        let (arguments, descriptors) = start(index)
        var ends: [Int32] = [-1, -1]
        guard unsafe twine_socket_pair(&ends) == 0 else { throw SystemError.last }
        defer { close(ends[1]) }
        var numbers: [Int32: Int32] = [3: ends[1]]
        for (offset, descriptor) in descriptors.enumerated() {
            numbers[Int32(4 + offset)] = descriptor
        }
        let process: ChildProcess
        do {
            process = try ChildProcess(
                Self.program, arguments, name: CommandLine.arguments.first, descriptors: numbers)
        } catch {
            close(ends[0])
            throw error
        }
        let channel = SupervisorChannel()
        AdoptedClientEndpoint(descriptor: ends[0]).connect { channel }.addErrback { _ in channel }
        workers[index] = Worker(process: process, channel: channel)
        let began = Reactor.seconds
        process.ended.addCallback { status in
            self.died(
                index, status,
                wait: Reactor.seconds - began < Self.shortLife
                    ? min(Self.longestWait, max(0.5, 2 * waited)) : 0)
        }
    }

    private static var program: String {
        #if os(Linux)
        // The very file that runs, though it may have another name by now.
        "/proc/self/exe"
        #else
        CommandLine.arguments[0]
        #endif
    }

    private func died(_ index: Int, _ status: ChildProcess.Status, wait: Double) {
        workers[index].take()?.channel.close()
        guard !isEnding else {
            if workers.allSatisfy({ $0 == nil }) { ended.callback(()) }
            return
        }
        message("worker \(index) \(status); it is started anew")
        Reactor.callLater(wait) {
            guard !self.isEnding else { return }
            do {
                try self.launch(index, waited: wait)
            } catch {
                self.message("worker \(index) cannot be started: \(error)")
                self.died(index, status, wait: max(0.5, 2 * wait))
            }
        }
    }

    /// Ends the workers; none is started anew.
    ///
    /// - Parameter atOnce: Whether their connections are cut, instead of being ended in order.
    public func end(atOnce: Bool) {
        isEnding = true
        for worker in workers { worker?.channel.send(atOnce ? .end : .drain) }
        if workers.allSatisfy({ $0 == nil }), !ended.isFired { ended.callback(()) }
    }

    /// Asks the workers for numbers, and adds them up by place.
    ///
    /// - Returns: The sums; a worker that does not answer within a second is left out.
    public func gather() -> Deferred<[Int]> {
        let answers = workers.compactMap { $0?.channel.ask() }
        return gatherResults(answers).addCallback { answers in
            let count = answers.map(\.count).max() ?? 0
            return (0..<count).map { place in
                answers.reduce(0) { $0 + ($1.indices.contains(place) ? $1[place] : 0) }
            }
        }
    }
}

/// What a supervisor tells its workers.
private enum WorkerCommand: String {
    case drain
    case end
    case report
}

/// The supervisor's end of a worker's channel.
private final class SupervisorChannel: LineOnlyReceiver {
    private var asked: [Deferred<[Int]>] = []

    func send(_ command: WorkerCommand) { sendLine(Array(command.rawValue.utf8)) }

    func ask() -> Deferred<[Int]> {
        let answer = Deferred<[Int]>()
        asked.append(answer)
        send(.report)
        return answer.addTimeout(1).addErrback { _ in [] }
    }

    override func lineReceived(_ line: [UInt8]) {
        guard !asked.isEmpty else { return }
        let words = String(decoding: line, as: UTF8.self).split(separator: " ")
        asked.removeFirst().callback(words.compactMap { Int($0) })
    }

    func close() {
        transport?.loseConnection()
        for answer in asked { answer.cancel() }
        asked = []
    }
}

/// A worker's end of the channel to its supervisor.
@Reactor
public final class WorkerChannel {
    /// Connects to the supervisor by descriptor 3.
    ///
    /// - Parameters:
    ///   - end: Called with whether to cut the connections, or to end them in order; the latter too
    ///     when the supervisor is gone.
    ///   - report: The worker's numbers, for ``Supervisor/gather()``.
    public static func open(
        end: @escaping @Reactor (_ atOnce: Bool) -> Void, report: @escaping @Reactor () -> [Int]
    ) {
        let receiver = WorkerReceiver(end, report)
        AdoptedClientEndpoint(descriptor: 3).connect { receiver }
            .addErrback { _ in
                end(false)
                return receiver
            }
    }
}

private final class WorkerReceiver: LineOnlyReceiver {
    private let end: @Reactor (Bool) -> Void
    private let report: @Reactor () -> [Int]

    init(_ end: @escaping @Reactor (Bool) -> Void, _ report: @escaping @Reactor () -> [Int]) {
        self.end = end
        self.report = report
        super.init()
    }

    override func lineReceived(_ line: [UInt8]) {
        switch WorkerCommand(rawValue: String(decoding: line, as: UTF8.self)) {
        case .drain: end(false)
        case .end: end(true)
        case .report: sendLine(Array(report().map { String($0) }.joined(separator: " ").utf8))
        case nil: break
        }
    }

    override func connectionLost(_ reason: ConnectionLost) {
        super.connectionLost(reason)
        end(false)
    }
}
