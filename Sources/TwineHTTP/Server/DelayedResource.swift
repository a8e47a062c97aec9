import HTTPTypes
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

    /// Finds the resource in the tree, and delays it.
    public override func resource(for request: WebRequest) -> Resource? {
        Delayed(inner.resource(for: request), by: delay, clock)
    }

    private final class Delayed: Resource {
        private let found: Resource?
        private let delay: Double
        private let clock: any ReactorTime

        init(_ found: Resource?, by delay: Double, _ clock: any ReactorTime) {
            self.found = found
            self.delay = delay
            self.clock = clock
        }

        override var methods: [HTTPRequest.Method] { found?.methods ?? super.methods }
        override var bodyLimit: Int? { found?.bodyLimit }

        override func render(_ request: WebRequest) -> Rendering {
            let found = found
            return .deferred(
                deferLater(delay, clock: clock).addCallback { () -> Deferred<WebResponse> in
                    switch try found?.render(request) {
                    case .response(let response): succeed(response)
                    case .deferred(let deferred): deferred
                    case nil: succeed(.error(.notFound))
                    }
                })
        }
    }
}
