#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A program whose standard input and output are the connection.
///
/// The connection is lost when its output has ended and it has: with `done` when its status is 0,
/// otherwise with the reason. Closing the connection closes its input and output.
@Reactor
public struct ProcessEndpoint: StreamClientEndpoint {
    /// What becomes of its standard error.
    public enum StandardErrorPolicy: Sendable {
        /// It goes where this program's goes.
        case shared
        /// It is dropped.
        case dropped
    }

    private let program: String
    private let arguments: [String]
    private let environment: [String]?
    private let standardError: StandardErrorPolicy

    /// Makes the endpoint; nothing is started before `connect`.
    ///
    /// - Parameters:
    ///   - program: Its path; a name without a slash is looked for in PATH.
    ///   - arguments: Its arguments, without its name.
    ///   - environment: `NAME=value` strings; nil hands on this program's own.
    ///   - standardError: What becomes of its standard error.
    public init(
        _ program: String, _ arguments: [String] = [], environment: [String]? = nil,
        standardError: StandardErrorPolicy = .shared
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.standardError = standardError
    }

    /// See ``StreamClientEndpoint``; a program that cannot be started gives ``SystemError``.
    public func connect<User: StreamProtocol>(
        _ factory: @escaping @Reactor () throws -> User
    ) -> Deferred<User> {
        maybeDeferred {
            let user = try factory()
            try start(user)
            return user
        }
    }

    private func start(_ user: any StreamProtocol) throws(SystemError) {
        let input = try Pipe()
        let output = try Pipe()
        var descriptors: [Int32: Int32] = [0: input.reader.number, 1: output.writer.number]
        let null = Descriptor(unsafe open("/dev/null", O_WRONLY | O_CLOEXEC))
        if standardError == .dropped { descriptors[2] = null.number }
        let process = try ChildProcess(
            program, arguments, environment: environment, descriptors: descriptors)
        PipeConnection.open(
            input: output.takeReader(), output: input.takeWriter(), user, process: process)
    }

    /// The program.
    nonisolated public var description: String { "process:\(program)" }
}

/// A pipe that children do not inherit.
private struct Pipe: ~Copyable {
    let reader: Descriptor
    let writer: Descriptor

    init() throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { throw SystemError.last }
        reader = Descriptor(ends[0])
        writer = Descriptor(ends[1])
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }

    consuming func takeReader() -> Descriptor { reader }
    consuming func takeWriter() -> Descriptor { writer }
}
