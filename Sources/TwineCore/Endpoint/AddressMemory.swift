/// What a program has learnt of the addresses of hosts, for ``ConnectOptions/Order/inTurn``.
///
/// A name is looked up once, and an address that could not be connected to is not tried again while
/// another one of the name can be. When all fail that once connected, the name is looked up anew. It
/// forgets all when it holds ``limit`` names.
@Reactor
public final class AddressMemory {
    /// The most names: some 100 octets each.
    public static let limit = 10_000

    struct Entry {
        var addresses: [IPAddress]
        /// How many addresses at the beginning have failed.
        var failed = 0
        var hasConnected = false
    }

    private var entries: [String: Entry] = [:]

    /// A memory of nothing.
    public init() {}

    /// How many names it holds.
    public var count: Int { entries.count }

    /// Forgets everything.
    public func forgetAll() { entries = [:] }

    subscript(host: String) -> Entry? { entries[host.lowercased()] }

    func learn(_ host: String, _ addresses: [IPAddress]) {
        if entries.count >= Self.limit { entries = [:] }
        entries[host.lowercased()] = Entry(addresses: addresses)
    }

    func forget(_ host: String) { entries[host.lowercased()] = nil }

    /// The address at `index`, and with it those before, failed; when all have, all are tried again.
    func failed(_ host: String, at index: Int) {
        let key = host.lowercased()
        guard let count = entries[key]?.addresses.count else { return }
        entries[key]?.failed = index + 1 < count ? index + 1 : 0
    }

    func connected(_ host: String) { entries[host.lowercased()]?.hasConnected = true }
}
