import CTwine
public import Logging
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What every Deferred remembers of itself while debugging is on: where it was made, whether and
/// where it ended.
///
/// It is on from the start with `TWINE_DEBUG=1`; then the Deferreds that are still pending are
/// listed at SIGUSR1 and at the end of the program, and a callback that holds the reactor longer
/// than 0.1 seconds is reported with the place where it was added. While it is off it costs one
/// test of a flag.
public enum DeferredDebug {
    /// Whether Deferreds made from now on are recorded; may be switched at any time.
    @exclusivity(unchecked)
    nonisolated(unsafe) public static var isEnabled = false

    /// A callback that holds the reactor longer than this many seconds is reported.
    public static let slowCallbackSeconds = 0.1

    /// Where reports go: unhandled failures, Deferreds fired twice, slow callbacks.
    nonisolated(unsafe) public static var logger = Logger(label: "twine")

    /// What is known of one Deferred.
    public struct Record: Sendable, Equatable, CustomStringConvertible {
        /// Where it was made, as `Module/File.swift:line`.
        public let place: String
        /// Its type.
        public let type: String
        /// Whether it has its result.
        public internal(set) var isFired = false
        /// Where it was fired, when not by its chain.
        public internal(set) var firedAt: String?

        /// One line for people.
        public var description: String { "\(type) made at \(place)" }
    }

    private static let records = Mutex<[ObjectIdentifier: Record]>([:])

    /// The recorded Deferreds that wait for their result, in no order.
    public static var pending: [Record] {
        records.withLock { $0.values.filter { !$0.isFired } }
    }

    /// Prints ``pending`` on standard error, a line each, the most frequent places first.
    public static func printPending() {
        let counts = Dictionary(pending.map { ($0.description, 1) }, uniquingKeysWith: +)
        let lines = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "twine: \($0.value) pending: \($0.key)\n" }
        let text = lines.isEmpty ? "twine: no Deferred is pending\n" : lines.joined()
        StandardError.write(text)
    }

    @Reactor
    @usableFromInline
    static func record(_ deferred: AnyDeferred, _ fileID: StaticString, _ line: UInt) {
        deferred.state.insert(.recorded)
        let record = Record(place: "\(fileID):\(line)", type: type(of: deferred).displayName)
        records.withLock { $0[ObjectIdentifier(deferred)] = record }
    }

    @usableFromInline
    static func noteFired(_ deferred: AnyDeferred) {
        records.withLock { $0[ObjectIdentifier(deferred)]?.isFired = true }
    }

    @usableFromInline
    static func noteFired(_ deferred: AnyDeferred, _ fileID: StaticString, _ line: UInt) {
        records.withLock { $0[ObjectIdentifier(deferred)]?.firedAt = "\(fileID):\(line)" }
    }

    @usableFromInline
    static func forget(_ identity: ObjectIdentifier) {
        _ = records.withLock { $0.removeValue(forKey: identity) }
    }

    static func place(of identity: ObjectIdentifier) -> String? {
        records.withLock { $0[identity]?.place }
    }

    /// Where it was made and fired, as far as is known, for the end of a report.
    private static func history(of identity: ObjectIdentifier) -> String? {
        guard let record = records.withLock({ $0[identity] }) else { return nil }
        return "made at \(record.place)" + (record.firedAt.map { ", fired at \($0)" } ?? "")
    }

    /// ``history(of:)`` as the end of a line about an error; empty when nothing is known.
    static func note(of identity: ObjectIdentifier) -> String {
        history(of: identity).map { " (Deferred \($0))" } ?? ""
    }

    @usableFromInline
    static func reportUnhandled(_ error: any Error, of identity: ObjectIdentifier) {
        unsafe logger.error("unhandled error in Deferred: \(error)\(note(of: identity))")
    }

    @usableFromInline
    static func reportAlreadyCalled(_ identity: ObjectIdentifier) -> AlreadyCalledError {
        let history = history(of: identity)
        unsafe logger.error("a Deferred was fired again\(history.map { "; \($0)" } ?? "")")
        return AlreadyCalledError(
            description: history.map { "a Deferred was fired again; \($0)" } ?? "")
    }

    /// Switches debugging on when the environment says so; called when the reactor is made.
    static func startFromEnvironment() {
        guard environmentVariable("TWINE_DEBUG") == "1" else { return }
        unsafe isEnabled = true
        atexit { DeferredDebug.printPending() }
    }

    /// Lists what is pending at each SIGUSR1; called when the loop starts to run.
    @Reactor
    static func listenToSignal() {
        guard unsafe isEnabled, environmentVariable("TWINE_DEBUG") == "1" else { return }
        try? Reactor.onSignal(SIGUSR1) { printPending() }
    }

    /// Runs one callback and reports it when it held the loop too long.
    @usableFromInline
    static func measure(_ node: AnyDeferred, _ body: @Reactor () -> Void) {
        let identity = ObjectIdentifier(node)
        measure(place(of: identity).map { "callback added at \($0)" } ?? "callback") {
            Reactor.assumeIsolated(body)
        }
    }

    /// Runs `body` and reports it by the name `what` when it held the loop too long.
    static func measure(_ what: @autoclosure () -> String, _ body: () -> Void) {
        let start = twine_monotonic_seconds()
        body()
        let seconds = twine_monotonic_seconds() - start
        guard seconds > slowCallbackSeconds else { return }
        let milliseconds = Int(seconds * 1000)
        unsafe logger.warning("the reactor was held for \(milliseconds) ms by a \(what())")
    }
}
