/// Gives the addresses of a name.
@Reactor
public protocol NameResolver: AnyObject {
    /// Looks up the addresses of one family.
    ///
    /// The Deferred always ends, within a limit of the resolver's; cancelling it stops the lookup.
    ///
    /// - Parameters:
    ///   - name: A host name, not an address.
    ///   - family: Of which kind.
    /// - Returns: The addresses in the order to be tried, at least one, or a ``LookupError``:
    ///   ``LookupError/noAddress(_:)`` when the name has none of that family.
    func addresses(of name: String, family: AddressFamily) -> Deferred<[IPAddress]>
}

/// The kind of an IP address.
public enum AddressFamily: Hashable, Sendable, CaseIterable {
    /// IPv4, an A record.
    case ipv4
    /// IPv6, an AAAA record.
    case ipv6
}
