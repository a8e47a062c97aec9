import TwineHTTP
final class HTTPProxy: Sendable { enum Kind { case http }; let kind = Kind.http; let host = ""; let port: UInt16 = 0
 init(_ text: String) throws(HTTPError) {}
 init(_ k: Kind, host: String, port: UInt16, userName: String, password: String) {} }
struct ProxyRules { var http: HTTPProxy?; var https: HTTPProxy?; var exceptions: [String] = []; func proxy(for: WebURL) -> HTTPProxy? { nil } }
extension HTTPClient.Options { var proxy: ((WebURL) -> HTTPProxy?)? { get { nil } set {} } }
