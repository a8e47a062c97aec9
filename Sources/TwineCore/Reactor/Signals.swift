import CTwine

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension Reactor {
    /// Calls `body` on the reactor at each `signal` from now on, in place of what it did before.
    ///
    /// - Parameters:
    ///   - signal: Its number, such as `SIGINT`.
    ///   - body: What to do; nil gives the signal back what it did before.
    /// - Throws: ``SystemError`` for a number that cannot be caught.
    @Reactor
    public static func onSignal(
        _ signal: Int32, _ body: (@Reactor () -> Void)?
    ) throws(SystemError) {
        try SignalPipe.shared.set(signal, body)
    }
}

/// Signals as events of the loop: the C part writes each one's number to a pipe.
@Reactor
final class SignalPipe: WatchedDescriptor {
    static let shared = SignalPipe()

    /// By the signals' numbers.
    private var bodies: [(@Reactor () -> Void)?] = Array(repeating: nil, count: 65)
    private let writeEnd: Descriptor

    private init() {
        var ends: [Int32] = [-1, -1]
        let failed = unsafe pipe(&ends) < 0
        precondition(!failed, "no pipe for signals: \(SystemError.last)")
        _ = twine_nonblocking(ends[0])
        _ = twine_nonblocking(ends[1])
        writeEnd = Descriptor(ends[1])
        super.init(Descriptor(ends[0]))
        interest = .read
    }

    func set(_ signal: Int32, _ body: (@Reactor () -> Void)?) throws(SystemError) {
        let place = Int(signal)
        guard bodies.indices.contains(place) else { throw SystemError(errno: EINVAL) }
        let had = bodies[place] != nil
        bodies[place] = body
        if body != nil, !had, twine_catch_signal(signal, writeEnd.number) < 0 {
            bodies[place] = nil
            throw SystemError.last
        }
        if body == nil, had { _ = twine_release_signal(signal) }
    }

    override func serve(_ readiness: Readiness) {
        var octets = [UInt8](repeating: 0, count: 64)
        let count = unsafe read(number, &octets, octets.count)
        for octet in octets.prefix(max(0, count)) { bodies[Int(octet)]?() }
    }
}
