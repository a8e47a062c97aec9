import CTwine

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A program that was started from here.
@Reactor
public final class ChildProcess {
    /// How a process has ended.
    public enum Status: Equatable, Sendable, CustomStringConvertible {
        /// By itself, with this exit status.
        case exited(Int32)
        /// By this signal.
        case killed(signal: Int32)

        /// Whether it ended by itself with status 0.
        public var isSuccess: Bool { self == .exited(0) }

        /// One line for people.
        public var description: String {
            switch self {
            case .exited(let status): "ended with status \(status)"
            case .killed(let signal):
                unsafe "was killed by signal \(signal) "
                    + "(\(strsignal(signal).map { unsafe String(cString: $0) } ?? "?"))"
            }
        }
    }

    /// Its process identifier.
    public let identifier: Int32
    /// Fires when it has ended, with how.
    public let ended: Deferred<Status>
    private var watch: ProcessWatch?

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - program: Its path; a name without a slash is looked for in PATH.
    ///   - arguments: Its arguments, without its name.
    ///   - name: What it is told to be called; by default `program`.
    ///   - environment: `NAME=value` strings; nil hands on this program's own.
    ///   - descriptors: Which of this program's descriptors it gets, by the number it gets them as.
    ///     All others are closed, but for 0, 1 and 2, which it shares.
    /// - Throws: ``SystemError``, ENOENT when there is no such program.
    public init(
        _ program: String, _ arguments: [String] = [], name: String? = nil,
        environment: [String]? = nil, descriptors: [Int32: Int32] = [:]
    ) throws(SystemError) {
        var process: pid_t = 0
        let error = Self.spawn(
            program, [name ?? program] + arguments, environment, descriptors, &process)
        guard error == 0 else { throw SystemError(errno: error) }
        identifier = process
        ended = Deferred()
        watchEnd()
    }

    private static func spawn(
        _ program: String, _ words: [String], _ environment: [String]?,
        _ descriptors: [Int32: Int32], _ process: inout pid_t
    ) -> Int32 {
        let targets = descriptors.keys.sorted()
        // Above all targets, so that no copy lands on a source of a later one.
        let floor = (targets.last ?? 2) + 1
        var copies: [Int32] = []
        defer { for copy in copies { close(copy) } }
        for target in targets {
            let copy = fcntl(descriptors[target] ?? -1, F_DUPFD_CLOEXEC, floor)
            guard copy >= 0 else { return errno }
            copies.append(copy)
        }
        return unsafe withCStrings(words) { words in
            unsafe withCStrings(environment) { settings in
                unsafe twine_spawn(
                    program, words, settings, copies, targets, Int32(copies.count), &process)
            }
        }
    }

    private func watchEnd() {
        let descriptor = twine_process_descriptor(identifier)
        if descriptor >= 0 {
            watch = ProcessWatch(Descriptor(descriptor)) { [identifier, ended] in
                var status: Int32 = 0
                guard unsafe waitpid(identifier, &status, WNOHANG) != 0 else { return false }
                ended.callback(Self.status(status))
                return true
            }
            return
        }
        // A thread of its own: the pool's are few, and this may take for ever.
        let (identifier, ended) = (identifier, ended)
        let waiter = ProcessWaiter {
            var status: Int32 = 0
            while unsafe waitpid(identifier, &status, 0) < 0, errno == EINTR {}
            let result = Self.status(status)
            Reactor.callFromThread { ended.callback(result) }
        }
        let error = waiter.start()
        if error != 0 { ended.errback(SystemError(errno: error)) }
    }

    private nonisolated static func status(_ status: Int32) -> Status {
        // WIFEXITED and its like are macros.
        let signal = status & 0x7f
        return signal == 0 ? .exited(status >> 8 & 0xff) : .killed(signal: signal)
    }

    /// Sends it a signal; nothing happens when it has ended.
    ///
    /// - Parameter signal: Its number, such as `SIGTERM`.
    public func send(signal: Int32) {
        guard !ended.isFired else { return }
        _ = kill(identifier, signal)
    }
}

/// The descriptor that tells of the end of a process.
private final class ProcessWatch: WatchedDescriptor {
    private var hasEnded: (@Reactor () -> Bool)?

    init(_ descriptor: consuming Descriptor, _ hasEnded: @escaping @Reactor () -> Bool) {
        self.hasEnded = hasEnded
        super.init(descriptor)
        interest = .read
    }

    override func serve(_ readiness: Readiness) {
        guard hasEnded?() ?? true else { return }
        hasEnded = nil
        interest = []
        close()
    }
}

/// A thread that waits for a process where no descriptor can.
private final class ProcessWaiter: Sendable {
    private let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    func start() -> Int32 {
        let context = unsafe Unmanaged.passRetained(self).toOpaque()
        return unsafe twine_thread(
            "process",
            { context in
                guard let context = unsafe context else { return }
                unsafe Unmanaged<ProcessWaiter>.fromOpaque(context).takeRetainedValue().body()
            }, context)
    }
}

/// Calls `body` with strings as exec takes them; nil for none.
@unsafe
private func withCStrings(
    _ strings: [String]?, _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> Int32
) -> Int32 {
    guard let strings else { return body(nil) }
    let words = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(
        capacity: strings.count + 1)
    for (index, string) in strings.enumerated() { unsafe words[index] = unsafe strdup(string) }
    unsafe words[strings.count] = nil
    defer {
        for index in strings.indices { unsafe free(words[index]) }
        unsafe words.deallocate()
    }
    return unsafe body(words)
}
