/// What a descriptor is watched for, or is ready for.
struct Readiness: OptionSet, Sendable {
    let rawValue: UInt8

    /// Something to read, or the end of input.
    static let read = Self(rawValue: 1)
    /// Room to write, or a connection made or refused.
    static let write = Self(rawValue: 2)
    /// An error or hang-up, reported whether asked for or not.
    static let failed = Self(rawValue: 4)
}

/// The kernel's way to wait for many descriptors at once; level-triggered.
@Reactor
protocol Poller: AnyObject {
    /// Changes what `descriptor` is watched for, from `old`; empty is not at all.
    ///
    /// - Parameters:
    ///   - descriptor: An open descriptor.
    ///   - old: What it was watched for until now.
    ///   - new: What it is watched for from now on.
    ///   - token: What ``wait(atMost:_:)`` names it by.
    /// - Returns: False when the system has no room for it now: nothing is changed.
    func watch(_ descriptor: Int32, from old: Readiness, to new: Readiness, token: UInt64) -> Bool

    /// Forgets a descriptor that is about to be closed.
    func forget(_ descriptor: Int32, from old: Readiness)

    /// Waits for events and hands out each.
    ///
    /// - Parameters:
    ///   - seconds: How long to wait; nil is without end.
    ///   - body: Called for each ready descriptor, by its token.
    func wait(atMost seconds: Double?, _ body: (UInt64, Readiness) -> Void)
}

/// Milliseconds for the kernel, rounded up so that a timer is never early, -1 for no end.
func milliseconds(_ seconds: Double?) -> Int32 {
    guard let seconds else { return -1 }
    return Int32(min(seconds * 1000, 86_400_000).rounded(.up))
}

/// The poller that `TWINE_REACTOR` names (`epoll`, `kqueue`, `poll`), or the platform's best.
@Reactor
func makePoller() -> any Poller {
    let name = environmentVariable("TWINE_REACTOR")
    switch name {
    case nil, "": break
    case "poll": return PollPoller()
    #if os(Linux)
    case "epoll": return EpollPoller()
    #else
    case "kqueue": return KqueuePoller()
    #endif
    default:
        StandardError.write("twine: TWINE_REACTOR=\(name ?? "") is not known here; not used\n")
    }
    #if os(Linux)
    return EpollPoller()
    #else
    return KqueuePoller()
    #endif
}
