public import HTTPTypes

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
        response = .octets(octets, contentType: contentType, status: status).prepared()
    }

    /// Makes the resource from a response, which it gives each time.
    ///
    /// - Parameter response: The response.
    public init(_ response: WebResponse) { self.response = response.prepared() }

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
