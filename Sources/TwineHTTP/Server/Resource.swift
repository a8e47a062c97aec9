public import HTTPTypes
public import TwineCore

/// What a resource gives: a response now, or later.
public enum Rendering {
    /// The response.
    case response(WebResponse)
    /// The promise of one; it is cancelled when the client goes away.
    case deferred(Deferred<WebResponse>)

    /// A response that an async function makes.
    ///
    /// - Parameter body: Makes the response; what it throws is answered with 500.
    /// - Returns: The promise of it.
    @Reactor
    public static func async(
        _ body: @escaping @Reactor () async throws -> WebResponse
    ) -> Rendering {
        .deferred(inlineCallbacks(body))
    }
}

/// A place in the tree behind a site's URLs.
///
/// A subclass answers by ``render(_:)``; it finds children of its own making by overriding
/// ``child(_:of:)``, and takes the whole rest of the path by saying ``isLeaf``.
///
/// ```swift
/// final class Greeting: Resource {
///     override func render(_ request: WebRequest) -> Rendering {
///         .response(.text("Hello, \(request.peer)\n"))
///     }
/// }
/// let root = Resource()
/// root.putChild("hello", Greeting())
/// ```
@Reactor
open class Resource {
    @safe @exclusivity(unchecked) private var children: [String: Resource] = [:]

    /// Makes a resource without children.
    public init() {}

    /// Whether it takes the rest of the path, whatever it is.
    open var isLeaf: Bool { false }

    /// The methods that ``render(_:)`` knows; others are answered with 405, OPTIONS by their list.
    open var methods: [HTTPRequest.Method] { [.get, .head] }

    /// The most octets of a request's body, beyond which it gets 413; nil for the site's limit.
    open var bodyLimit: Int? { nil }

    /// Hangs a child below this resource, in the place of one of the same name.
    ///
    /// - Parameters:
    ///   - segment: The segment of the path, decoded; an empty one stands behind a trailing slash.
    ///   - child: What is there.
    public final func putChild(_ segment: String, _ child: Resource) {
        children[segment] = child
    }

    /// Takes away what ``putChild(_:_:)`` hung there.
    ///
    /// - Parameter segment: The segment of the path, decoded.
    public final func removeChild(_ segment: String) {
        children[segment] = nil
    }

    /// Finds the child of a name: one that was put, or one that an override makes on the spot.
    ///
    /// - Parameters:
    ///   - segment: The segment of the path, decoded; it may hold any character but NUL.
    ///   - request: The request on its way.
    /// - Returns: The child; nil is answered with 404.
    open func child(_ segment: String, of request: WebRequest) -> Resource? {
        children[segment]
    }

    /// Finds the resource for the rest of a request's path: this one or one below.
    ///
    /// An override can choose by other things than the path, such as the host or credentials.
    ///
    /// - Parameter request: The request; the segments on the way are taken from it.
    /// - Returns: The resource; nil is answered with 404.
    open func resource(for request: WebRequest) -> Resource? {
        if isLeaf { return self }
        guard let segment = request.takeSegment() else { return self }
        if let child = child(segment, of: request) { return child.resource(for: request) }
        // "/a/" is "/a" unless it has a child of the empty name.
        return segment.isEmpty && request.remaining.isEmpty ? self : nil
    }

    /// What takes the body of a request as it comes; unless overridden, it is gathered in
    /// ``WebRequest/body``.
    ///
    /// - Parameter request: The request, whose head has come; it is not yet rendered.
    /// - Returns: The receiver; nil to have the body gathered.
    /// - Throws: As ``RequestBodyReceiver/receive(_:)``.
    open func bodyReceiver(for request: WebRequest) throws -> (any RequestBodyReceiver)? { nil }

    /// Answers a request whose method is one of ``methods`` and whose body has come.
    ///
    /// - Parameter request: The request.
    /// - Returns: The response, now or later; unless overridden, 404.
    /// - Throws: Anything: it is logged and answered with 500.
    open func render(_ request: WebRequest) throws -> Rendering {
        .response(.error(.notFound))
    }
}
