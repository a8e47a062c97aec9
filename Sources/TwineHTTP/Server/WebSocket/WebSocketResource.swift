import COpenSSL
public import HTTPTypes
public import TwineCore

/// Where WebSockets begin.
///
/// ```swift
/// root.putChild("echo", WebSocketResource { socket in
///     socket.onMessage = { [unowned socket] in socket.send($0) }
/// })
/// ```
///
/// RFC 6455 §4.2.
public final class WebSocketResource: Resource {
    private let options: WebSocket.Options
    private let clock: any ReactorTime
    private let begin: @Reactor (WebSocket) -> Void

    /// Makes the resource.
    ///
    /// - Parameters:
    ///   - options: How its WebSockets behave.
    ///   - clock: Whose time.
    ///   - begin: Gets each WebSocket when it is open. A browser tells the page's origin in the
    ///     request's `Origin`: look at it, for any page may connect.
    public init(
        options: WebSocket.Options = .init(), clock: any ReactorTime = Reactor.clock,
        _ begin: @escaping @Reactor (WebSocket) -> Void
    ) {
        self.options = options
        self.clock = clock
        self.begin = begin
    }

    /// GET alone.
    public override var methods: [HTTPRequest.Method] { [.get] }

    /// Opens the WebSocket, or says what the request lacks.
    public override func render(_ request: WebRequest) -> Rendering {
        let fields = request.headerFields
        func lists(_ name: HTTPField.Name, _ word: String) -> Bool {
            fields[values: name].contains { value in
                value.split(separator: ",").contains { $0.trimmingSpaces().lowercased() == word }
            }
        }
        guard request.version == .http11, lists(.connection, "upgrade"),
            lists(.upgrade, "websocket")
        else {
            var response = WebResponse.error(
                HTTPResponse.Status(code: 426, reasonPhrase: "Upgrade Required"))
            response.headerFields[.upgrade] = "websocket"
            return .response(response)
        }
        guard fields[Self.version] == "13" else {
            var response = WebResponse.error(
                .badRequest, "WebSockets of version 13 are spoken here.")
            response.headerFields[Self.version] = "13"
            return .response(response)
        }
        guard let key = fields[Self.key], Base64.decode(key.utf8)?.count == 16 else {
            return .response(.error(.badRequest, "Sec-WebSocket-Key is not 16 octets in Base64."))
        }
        let offered = fields[values: Self.subprotocol].flatMap { value in
            value.split(separator: ",").map { String($0.trimmingSpaces()) }
        }
        let chosen = options.subprotocols.first { offered.contains($0) }
        var response = WebResponse(status: .switchingProtocols)
        response.headerFields[.upgrade] = "websocket"
        response.headerFields[Self.accept] = Self.answer(to: key)
        response.headerFields[Self.subprotocol] = chosen
        let (options, clock, begin) = (options, clock, begin)
        response.upgrade = {
            WebSocket(request, options, subprotocol: chosen, clock: clock, begin)
        }
        return .response(response)
    }

    /// The proof that the server has understood.
    static func answer(to key: String) -> String {
        let text = Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)
        var digest = [UInt8](repeating: 0, count: 20)
        var count: UInt32 = 0
        _ = unsafe EVP_Digest(text, text.count, &digest, &count, EVP_sha1(), nil)
        var output = [UInt8](repeating: 0, count: 29)
        let length = unsafe EVP_EncodeBlock(&output, digest, 20)
        return String(decoding: output.prefix(Int(length)), as: UTF8.self)
    }

    private static let version = name("Sec-WebSocket-Version")
    private static let key = name("Sec-WebSocket-Key")
    private static let accept = name("Sec-WebSocket-Accept")
    private static let subprotocol = name("Sec-WebSocket-Protocol")

    private static func name(_ text: String) -> HTTPField.Name {
        HTTPField.Name(text) ?? .upgrade
    }
}
