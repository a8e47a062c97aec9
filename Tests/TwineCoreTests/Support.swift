import Foundation
import Logging
import Synchronization
import Testing
import TwineCore

/// An error with a name of its own, so that a report can be told from those of other tests.
struct Oops: Error, Equatable, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// All that was logged in this process.
///
/// Other suites run at the same time: look for your own text.
enum CapturedLog {
    private static let lines = Mutex<[String]>([])

    private struct Capture: LogHandler {
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
        func log(event: LogEvent) {
            let line = "\(event.message)"
            lines.withLock { $0.append(line) }
        }
    }

    private static let installed: Void = {
        unsafe DeferredDebug.logger = Logger(label: "captured") { _ in Capture() }
    }()

    /// Must be called before what is to be captured.
    static func install() { installed }

    static func lines(with text: String) -> [String] {
        lines.withLock { $0.filter { $0.contains(text) } }
    }
}

/// Runs `body` with debugging on; nothing of it may outlive the call.
@Reactor
func withDebugging(_ body: @Reactor () throws -> Void) rethrows {
    unsafe DeferredDebug.isEnabled = true
    defer { unsafe DeferredDebug.isEnabled = false }
    try body()
}

/// Whether what `make` returns is freed when nobody here holds it any more.
@Reactor
func isFreed(_ make: @Reactor () -> AnyObject) -> Bool {
    weak var left: AnyObject?
    do {
        let made = make()
        left = made
    }
    return left == nil
}

/// A variable that closures share.
@Reactor
final class Box<Value> {
    var value: Value
    init(_ value: Value) { self.value = value }
}

extension AnyDeferred {
    /// The error it failed with; nil otherwise.
    var oops: Oops? { (self as? any Failing)?.error as? Oops }
    var isCancelled: Bool { (self as? any Failing)?.error is CancelledError }
}

@Reactor
private protocol Failing {
    var error: (any Error)? { get }
}

extension Deferred: Failing {
    var error: (any Error)? {
        if case .failure(let error) = current { error } else { nil }
    }
    /// The value it has; nil otherwise.
    var success: Success? { try? current?.get() }
}

extension Deferred {
    /// Takes a failure that a test has seen, so that it is not reported.
    func consume() { addBoth { _ in } }
}
