import HTTPTypes

/// The methods that are known at all; others are answered with 501.
///
/// RFC 9110 §9.1, RFC 5789.
enum KnownMethods {
    static let all: [HTTPRequest.Method] = [
        .get, .head, .post, .put, .delete, .connect, .options, .trace, .patch,
    ]

    static func contains(_ method: HTTPRequest.Method) -> Bool {
        method == .get || all.contains(method)
    }

    static func list(_ methods: [HTTPRequest.Method]) -> String {
        methods.map(\.rawValue).joined(separator: ", ")
    }
}
