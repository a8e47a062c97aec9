import HTTPTypes
import TwineCore
import TwineHTTP
import TwineTLS

// Where a file comes from that comes over several connections.
extension FileRetrieval {
    /// The places that have the file, the one of the first reply first.
    func sources(
        _ request: HTTPClient.Request, _ steps: SegmentSteps
    ) -> [SegmentedDownload.Source] {
        var request = request
        request.observer = steps
        var first = SegmentedDownload.Source(request: request)
        if let challenge, challenge.scheme.lowercased() == "digest" {
            // A count goes up with each request, and servers look at it.
            first.authorization = { [self] in
                authorization(for: request.url) ?? challenge.value
            }
        }
        return [first]
            + mirrors.enumerated().compactMap { index, url in
                guard let target = url.plainWebURL else { return nil }
                var request = HTTPClient.Request(target, fields: fields(for: url, target))
                request.authority = url.authority
                request.target = url.requestTarget
                request.maxRedirects = settings.http.maxRedirects
                request.observer = steps
                return SegmentedDownload.Source(request: request, priority: index + 1)
            }
    }

    /// What is said to a mirror, which is another host.
    private func fields(for url: WgetURL, _ target: WebURL) -> HTTPFields {
        var fields = RequestFields()
        let agent =
            settings.http.userAgent?.description ?? "\(session.program)/\(VersionText.version)"
        if !agent.isEmpty { fields.set(.userAgent, agent) }
        fields.set(.accept, "*/*")
        fields.set(.connection, settings.http.keepsAlive ? "Keep-Alive" : "Close")
        fields.set(.cookie, session.cookies?.cookieField(for: target, at: LogTime.now))
        return fields.fields
    }
}

/// Counts what the further connections of a file do.
@Reactor
final class SegmentSteps: HTTPRequestObserver {
    private(set) var counts = TransferNotes.Counts()

    func connected(to address: SocketAddress, from local: SocketAddress) { counts.connects += 1 }

    func sent(_ octets: Span<UInt8>) { counts.request += octets.count }

    func headReceived(_ head: HTTPResponse, octets: Span<UInt8>) { counts.header += octets.count }
}
