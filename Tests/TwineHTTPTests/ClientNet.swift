import HTTPTypes
import Testing
import TwineCore
import TwineHTTP
import TwineTesting

/// Connections without sockets, and a clock moved by hand.
@Reactor
final class ClientNet: HTTPConnector {
    let clock = ManualClock()
    var routes: [HTTPRoute] = []
    var origins: [HTTPOrigin] { routes.map(\.origin) }
    var transports: [MemoryTransport] = []
    /// What the next attempts fail with.
    var failure: (any Error)?
    /// Whether attempts wait for ``admit()``.
    var holds = false
    /// Attempts that wait; nil where the attempt was cancelled.
    private var waiting: [(@Reactor () -> Void)?] = []
    private(set) var cancelled = 0

    func connect<User: StreamProtocol>(
        to route: HTTPRoute, timeout: Double, observer: (any HTTPRequestObserver)?,
        _ factory: @escaping @Reactor () throws -> User
    ) -> Deferred<User> {
        routes.append(route)
        if let failure { return fail(failure) }
        let index = waiting.count
        let deferred = Deferred<User>(canceller: { [weak self] _ in
            self?.waiting[index] = nil
            self?.cancelled += 1
        })
        waiting.append { [weak self] in
            guard let user = try? factory() else { return }
            let transport = MemoryTransport()
            transport.attach(user)
            self?.transports.append(transport)
            deferred.callback(user)
        }
        if !holds { admit() }
        return deferred
    }

    func admit() {
        for index in waiting.indices {
            let make = waiting[index].take()
            make?()
        }
    }

    func client(_ change: (inout HTTPClient.Options) -> Void = { _ in }) -> HTTPClient {
        var options = HTTPClient.Options()
        options.userAgent = nil
        options.decodesContent = false
        change(&options)
        return HTTPClient(options, connector: self, clock: clock)
    }

    /// The heads that were sent over a connection since the last look: request lines only.
    func lines(_ index: Int) -> [String] {
        guard index < transports.count else { return [] }
        return transports[index].takeText().split(separator: "\r\n")
            .filter { $0.hasSuffix(" HTTP/1.1") }.map(String.init)
    }
}

/// Keeps what a Deferred fired with.
@Reactor
final class Outcome<Success> {
    private(set) var result: Result<Success, any Error>?

    init(_ deferred: Deferred<Success>) {
        deferred.addBoth { self.result = $0 }
    }

    var value: Success? {
        if case .success(let value)? = result { return value }
        return nil
    }

    var error: HTTPError? {
        if case .failure(let error)? = result { return error as? HTTPError }
        return nil
    }

    var isCancelled: Bool {
        if case .failure(let error)? = result { return error is CancelledError }
        return false
    }
}

/// A response with a length.
func response(_ body: String, _ status: String = "200 OK", _ fields: String = "") -> String {
    "HTTP/1.1 \(status)\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
}

func redirect(_ location: String, _ status: String = "302 Found") -> String {
    response("", status, "Location: \(location)\r\n")
}
