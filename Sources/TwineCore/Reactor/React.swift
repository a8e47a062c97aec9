import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Ends a program that runs under ``react(_:)`` with a status of its own choice.
public struct SystemExit: Error, Equatable, CustomStringConvertible {
    /// The exit status.
    public let status: Int32

    /// Makes the error.
    ///
    /// - Parameter status: The exit status.
    public init(_ status: Int32) { self.status = status }

    /// One line for people.
    public var description: String { "exit with status \(status)" }
}

/// Runs the reactor until the Deferred of `main` fires, then ends the program.
///
/// The status is 0 after success, that of a thrown ``SystemExit``, or 1 after any other failure,
/// which is printed on standard error.
///
/// - Parameter main: The program; it gets the command line without the program's name.
public func react<Success>(
    _ main: @escaping @Reactor ([String]) throws -> Deferred<Success>
) -> Never {
    exit(runReactor(main))
}

/// Runs the reactor until the async function `main` returns, then ends the program.
///
/// ```swift
/// react { arguments in
///     let page = try await getPage(arguments[0]).value
///     print(page.count)
/// }
/// ```
///
/// The status is as for the other ``react(_:)``.
///
/// - Parameter main: The program; it gets the command line without the program's name.
public func react(_ main: @escaping @Reactor ([String]) async throws -> Void) -> Never {
    exit(runReactor { arguments in inlineCallbacks { try await main(arguments) } })
}

/// Runs the reactor on this thread until the Deferred of `main` fires, and gives the exit status
/// that ``react(_:)`` would end with.
///
/// It ends as well when something else stops the reactor; the status is then 0.
public func runReactor<Success>(
    _ main: @escaping @Reactor ([String]) throws -> Deferred<Success>
) -> Int32 {
    let arguments = Array(CommandLine.arguments.dropFirst())
    let program = Program()
    Reactor.shared.loop.runHere {
        let deferred = maybeDeferred { try main(arguments) }
        let identity = ObjectIdentifier(deferred)
        deferred.addBoth { result in
            switch result {
            case .success: break
            case .failure(let exit as SystemExit): program.end(exit.status)
            case .failure(let error):
                program.end(1)
                let history = DeferredDebug.note(of: identity)
                StandardError.write("\(programName): \(error)\(history)\n")
            }
            if program.isRunning { Reactor.stop() }
        }
    }
    program.leave()
    return program.status
}

/// What a program under ``runReactor(_:)`` comes to.
private final class Program: Sendable {
    private let exitStatus = Atomic<Int32>(0)
    private let running = Atomic<Bool>(true)

    var status: Int32 { exitStatus.load(ordering: .acquiring) }
    func end(_ status: Int32) { exitStatus.store(status, ordering: .releasing) }

    /// False once the reactor was stopped: a program that ends later, when the loop goes on
    /// elsewhere, must not stop what runs then.
    var isRunning: Bool { running.load(ordering: .relaxed) }
    func leave() { running.store(false, ordering: .relaxed) }
}

/// The program's name without its folder.
private var programName: String {
    CommandLine.arguments.first?.split(separator: "/").last.map(String.init) ?? "twine"
}
