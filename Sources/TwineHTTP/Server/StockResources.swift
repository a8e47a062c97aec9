public import HTTPTypes
public import TwineCore

/// A resource that is octets in memory.
public final class StaticResource: Resource {
    private let response: WebResponse

    /// Makes the resource.
    ///
    /// - Parameters:
    ///   - octets: The body.
    ///   - contentType: The media type.
    ///   - status: The status.
    public init(
        _ octets: [UInt8], contentType: String = "application/octet-stream",
        status: HTTPResponse.Status = .ok
    ) {
        response = .octets(octets, contentType: contentType, status: status)
    }

    /// Makes the resource from a response, which it gives each time.
    ///
    /// - Parameter response: The response.
    public init(_ response: WebResponse) { self.response = response }

    /// A page of HTML in UTF-8.
    ///
    /// - Parameter html: The page.
    /// - Returns: The resource.
    public static func html(_ html: String) -> StaticResource { StaticResource(.html(html)) }

    /// Plain text in UTF-8.
    ///
    /// - Parameter text: The text.
    /// - Returns: The resource.
    public static func text(_ text: String) -> StaticResource { StaticResource(.text(text)) }

    /// Gives the octets.
    public override func render(_ request: WebRequest) -> Rendering { .response(response) }
}

/// A resource that sends its visitors elsewhere, whatever the rest of the path.
public final class Redirect: Resource {
    private let response: WebResponse

    /// Makes the resource.
    ///
    /// - Parameters:
    ///   - location: Where to: a URL or a reference.
    ///   - status: Which kind of redirect.
    public init(to location: String, status: HTTPResponse.Status = .found) {
        response = .redirect(to: location, status: status)
    }

    /// The whole rest of the path is redirected.
    public override var isLeaf: Bool { true }

    /// Gives the redirect.
    public override func render(_ request: WebRequest) -> Rendering { .response(response) }
}

/// A resource that a function renders.
public final class FunctionResource: Resource {
    private let known: [HTTPRequest.Method]
    private let takesRest: Bool
    private let body: @Reactor (WebRequest) throws -> Rendering

    /// Makes the resource.
    ///
    /// - Parameters:
    ///   - methods: The methods that the function knows.
    ///   - isLeaf: Whether it takes the rest of the path.
    ///   - body: Renders a request.
    public init(
        methods: [HTTPRequest.Method] = [.get, .head], isLeaf: Bool = false,
        _ body: @escaping @Reactor (WebRequest) throws -> Rendering
    ) {
        known = methods
        takesRest = isLeaf
        self.body = body
    }

    /// As given.
    public override var isLeaf: Bool { takesRest }
    /// As given.
    public override var methods: [HTTPRequest.Method] { known }
    /// Calls the function.
    public override func render(_ request: WebRequest) throws -> Rendering { try body(request) }
}

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
