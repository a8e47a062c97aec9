public import TwineCore

/// A tree whose answers come late: to imitate a slow network, or a slow server.
public final class DelayedResource: Resource {
    private let inner: Resource
    private let delay: Double
    private let clock: any ReactorTime

    /// Makes the resource.
    ///
    /// - Parameters:
    ///   - inner: The tree that answers.
    ///   - delay: How long each answer takes, in seconds.
    ///   - clock: Whose time.
    public init(_ inner: Resource, by delay: Double, clock: any ReactorTime = Reactor.clock) {
        self.inner = inner
        self.delay = delay
        self.clock = clock
    }

    /// Waits, and then finds the resource in the tree; the body is not read before.
    public override func resource(for request: WebRequest) -> Resource? {
        let chosen = deferLater(delay, clock: clock) { [inner] in inner.resource(for: request) }
            .addCallback { resource -> Deferred<Resource?> in
                guard let pending = resource as? PendingResource else { return succeed(resource) }
                return pending.chosen
            }
        return PendingResource(chosen)
    }
}
