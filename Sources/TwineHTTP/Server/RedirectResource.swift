public import HTTPTypes

/// A resource that sends its visitors elsewhere, whatever the rest of the path.
public final class RedirectResource: Resource {
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
