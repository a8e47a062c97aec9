public import HTTPTypes
import TwineCore

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
