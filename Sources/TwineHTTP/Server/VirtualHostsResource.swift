import HTTPTypes

/// Another tree for each host name that clients ask for.
///
/// RFC 9110 §7.2.
public final class VirtualHostsResource: Resource {
    private var hosts: [String: Resource] = [:]
    private let other: Resource?

    /// Makes the resource.
    ///
    /// - Parameter other: The tree for all other names, and for requests without one; nil answers them
    ///   with 404.
    public init(other: Resource? = nil) { self.other = other }

    /// Gives a host its tree.
    ///
    /// - Parameters:
    ///   - host: A name or an address, without a port; or `*.` and a domain, for all names below it.
    ///   - root: The resource of `/`.
    public func putHost(_ host: String, _ root: Resource) { hosts[Self.plain(host)] = root }

    /// Goes on in the tree of the host that is asked for.
    public override func resource(for request: WebRequest) -> Resource? {
        tree(for: Self.plain(request.head.authority ?? ""))?.resource(for: request)
    }

    private func tree(for host: String) -> Resource? {
        if let exact = hosts[host] { return exact }
        var rest = host[...]
        while let dot = rest.firstIndex(of: ".") {
            if let below = hosts["*" + rest[dot...]] { return below }
            rest = rest[rest.index(after: dot)...]
        }
        return other
    }

    /// A host as it is compared: small letters, without port and trailing dot.
    private static func plain(_ authority: String) -> String {
        var host = authority.lowercased()[...]
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") {
            return String(host[...end])
        }
        if let colon = host.lastIndex(of: ":"), host.firstIndex(of: ":") == colon {
            host = host[..<colon]
        }
        if host.hasSuffix(".") { host.removeLast() }
        return String(host)
    }
}
