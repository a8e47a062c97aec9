/// Answers every question with the same addresses.
@Reactor
final class FixedResolver: NameResolver {
    private let known: [IPAddress]

    init(_ addresses: [IPAddress]) { known = addresses }

    func addresses(of name: String, family: AddressFamily) -> Deferred<[IPAddress]> {
        let found = known.filter { $0.isIPv6 == (family == .ipv6) }
        return found.isEmpty ? fail(LookupError.noAddress(name)) : succeed(found)
    }
}

/// Tells an observer what another resolver is asked and answers.
@Reactor
final class ObservedResolver: NameResolver {
    private let resolver: any NameResolver
    private let observer: any ConnectObserver
    private var missing: Int
    private var hasBegun = false
    private var outcomes: [Result<[IPAddress], any Error>] = []

    /// Makes one, for one name.
    ///
    /// - Parameters:
    ///   - resolver: Who answers.
    ///   - observer: Who is told.
    ///   - lookups: How many families will be asked for.
    init(_ resolver: any NameResolver, _ observer: any ConnectObserver, lookups: Int) {
        self.resolver = resolver
        self.observer = observer
        missing = lookups
    }

    func addresses(of name: String, family: AddressFamily) -> Deferred<[IPAddress]> {
        if !hasBegun { observer.resolving(host: name) }
        hasBegun = true
        return resolver.addresses(of: name, family: family).addBoth { result in
            self.answered(name, result)
            return try result.get()
        }
    }

    private func answered(_ name: String, _ result: Result<[IPAddress], any Error>) {
        if case .failure(is CancelledError) = result { return }
        missing -= 1
        outcomes.append(result)
        if case .success(let found) = result, !found.isEmpty {
            observer.resolved(host: name, addresses: found)
        } else if missing == 0, !outcomes.contains(where: { (try? $0.get().isEmpty) == false }) {
            observer.resolveFailed(host: name, LookupError.telling(outcomes, of: name))
        }
    }
}
