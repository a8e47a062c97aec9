#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A lock between processes: a symbolic link whose target is the process that has it (Twisted's
/// DeferredFilesystemLock).
///
/// The lock of a process that is gone is taken over.
@Reactor
public final class FilesystemLock {
    /// How long until the next attempt, in seconds.
    private static let interval = 0.1

    private let path: String
    private let clock: any ReactorTime
    private var waiting: Deferred<Void>?
    private var timer: DelayedCall?
    /// Whether this object has it.
    public private(set) var isLocked = false

    /// Makes a lock that is not taken.
    ///
    /// - Parameters:
    ///   - path: Where the link is made; its folder must be there.
    ///   - clock: Whose time.
    public init(_ path: String, clock: any ReactorTime = Reactor.clock) {
        self.path = path
        self.clock = clock
    }

    /// Takes the lock if it is free.
    ///
    /// - Returns: Whether it is this object's now; not when it is already.
    /// - Throws: ``SystemError``, when no link can be made there.
    public func lock() throws(SystemError) -> Bool {
        guard !isLocked else { return false }
        // Two attempts: before the second one a lock that nobody has any more is removed.
        for _ in 0..<2 {
            if unsafe symlink("\(getpid())", path) == 0 {
                isLocked = true
                return true
            }
            guard errno == EEXIST else { throw SystemError.last }
            guard removeStale() else { return false }
        }
        return false
    }

    /// Takes the lock when it is free.
    ///
    /// - Parameter timeout: How long to wait, in seconds; nil is without limit.
    /// - Returns: Fires when it is this object's. It fails with ``TimeoutError`` after the time, with
    ///   ``AlreadyWaiting`` when this object waits already, and with the system's error. Cancelling
    ///   ends the waiting.
    public func acquire(timeout: Double? = nil) -> Deferred<Void> {
        guard waiting == nil else { return fail(AlreadyWaiting(path: path)) }
        let deferred = Deferred<Void>(canceller: { [weak self] _ in self?.stopWaiting() })
        waiting = deferred
        attempt(until: timeout.map { clock.seconds() + $0 }, timeout ?? 0)
        return deferred
    }

    private func attempt(until end: Double?, _ timeout: Double) {
        let isMine: Bool
        do {
            isMine = try lock()
        } catch {
            stopWaiting()?.errback(error)
            return
        }
        if isMine {
            stopWaiting()?.callback(())
        } else if let end, clock.seconds() >= end {
            stopWaiting()?.errback(TimeoutError(seconds: timeout))
        } else {
            let wait = min(Self.interval, end.map { max(0, $0 - clock.seconds()) } ?? .infinity)
            timer = clock.callLater(wait) { [weak self] in self?.attempt(until: end, timeout) }
        }
    }

    @discardableResult
    private func stopWaiting() -> Deferred<Void>? {
        timer.take()?.cancel()
        return waiting.take()
    }

    /// Gives the lock back; nothing happens when it is not this object's.
    public func unlock() {
        guard isLocked else { return }
        isLocked = false
        if holder() == getpid() { _ = unsafe unlink(path) }
    }

    /// The process that the link names; nil when there is none.
    private func holder() -> pid_t? {
        var target = [CChar](repeating: 0, count: 32)
        guard unsafe readlink(path, &target, target.count - 1) > 0 else { return nil }
        return pid_t(
            String(
                decoding: target.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    /// Removes the link of a process that is gone.
    private func removeStale() -> Bool {
        guard let holder = holder() else { return errno == ENOENT }
        guard kill(holder, 0) < 0, errno == ESRCH else { return false }
        return unsafe unlink(path) == 0 || errno == ENOENT
    }
}

/// A second wait on the same lock object.
public struct AlreadyWaiting: Error, Equatable, Sendable, CustomStringConvertible {
    /// The lock's path.
    public let path: String
    /// One line for people.
    public var description: String { "somebody waits for the lock \(path) already" }
}
