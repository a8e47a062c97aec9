import Foundation
import HTTPTypes
import TwineCore
import TwineTesting

@testable import TwineHTTP

/// A site on memory transports and a clock moved by hand.
@Reactor
final class TestSite {
    let clock = ManualClock()
    let root = Resource()
    let site: Site
    /// What the recording resource got.
    var received: [WebRequest] = []
    /// Fired by the test to answer `/later`.
    var later: Deferred<WebResponse>?

    init(_ options: Site.Options = Site.Options()) {
        site = Site(root, options: options, clock: clock)
        root.putChild("hello", StaticResource.text("hello"))
        root.putChild("", StaticResource.text("root"))
        root.putChild("moved", RedirectResource(to: "/hello?a=1&b=\"2\""))
        root.putChild("slow", DelayedResource(StaticResource.text("slow"), by: 3, clock: clock))
        root.putChild(
            "broken", FunctionResource { _ in throw HTTPError.unserializable("on purpose") })
        root.putChild(
            "echo",
            FunctionResource(methods: [.get, .post, .put], isLeaf: true) { [weak self] request in
                self?.received.append(request)
                return .response(
                    .octets(request.body, contentType: "application/octet-stream"))
            })
        root.putChild(
            "later",
            FunctionResource { [weak self] _ in
                let deferred = Deferred<WebResponse>()
                self?.later = deferred
                return .deferred(deferred)
            })
    }

    /// A connection of a client that does what the test says.
    func connect() -> MemoryTransport {
        let transport = MemoryTransport()
        if let connection = site.connection(from: transport.peer) { transport.attach(connection) }
        return transport
    }

    /// What comes back for `request`, without the `Date` lines.
    func answer(_ request: String) -> String {
        let client = connect()
        client.receive(request)
        return client.text
    }
}

extension MemoryTransport {
    /// What was written, without the `Date` lines.
    var text: String {
        takeText().split(separator: "\r\n", omittingEmptySubsequences: false)
            .filter { !$0.hasPrefix("Date: ") }
            .joined(separator: "\r\n")
    }

    /// The status codes of what was written.
    var statuses: [Int] {
        takeText().split(separator: "\r\n", omittingEmptySubsequences: false)
            .filter { $0.contains("HTTP/1.1 ") }
            .compactMap { line in
                line.range(of: "HTTP/1.1 ").flatMap { Int(line[$0.upperBound...].prefix(3)) }
            }
    }
}
