import HTTPTypes

/// Lets pages of other origins read what a resource answers, credentials excepted.
///
/// WHATWG Fetch, "CORS protocol".
public final class CORSResource: Resource {
    private let inner: Resource

    /// Wraps a resource.
    ///
    /// - Parameter inner: Whose answers may be read.
    public init(_ inner: Resource) { self.inner = inner }

    /// Goes on in the resource inside; a preflight is answered here.
    public override func resource(for request: WebRequest) -> Resource? {
        request.addedFields[.accessControlAllowOrigin] = "*"
        request.addedFields[.accessControlExposeHeaders] = "*"
        guard request.method == .options,
            request.headerFields[.accessControlRequestMethod] != nil
        else { return inner.resource(for: request) }
        return AnyMethodResource { request in
            var response = WebResponse(status: .noContent)
            response.headerFields[.accessControlAllowMethods] =
                request.headerFields[.accessControlRequestMethod]
            response.headerFields[.accessControlAllowHeaders] =
                request.headerFields[.accessControlRequestHeaders]
            response.headerFields[.accessControlMaxAge] = "86400"
            return .response(response)
        }
    }
}
