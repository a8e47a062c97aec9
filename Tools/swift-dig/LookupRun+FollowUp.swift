import TwineCore
import TwineDNS

/// Traces, and the search for all servers of a zone: what is asked next follows from a reply.
extension LookupRun {
    /// The most name servers that are taken from the first reply.
    private static let maxServers = 20

    /// Prints a step of a trace or search, and goes on with the servers that it names.
    func follow(
        _ reply: Reply, _ given: Lookup, _ exchange: Exchange,
        _ isCookieOurs: Bool?
    ) async {
        var lookup = given
        let wasRootStep = lookup.isRootStep
        if lookup.traces {
            printer.printMessage(reply, lookup, exchange, isCookieOurs: isCookieOurs)
            lookup.type = lookup.wantedType
            if wasRootStep {
                await followUp(reply.message, lookup, inAnswer: true)
            } else if reply.message.answer.isEmpty {
                await followUp(reply.message, lookup, inAnswer: false)
            }
        } else {
            lookup.type = .soa
            await followUp(reply.message, lookup, inAnswer: true)
            usesSearch = false
        }
        let message = reply.message
        guard !isGivenUp else { return }
        if message.responseCode == .noError || lookup.origin == nil {
            printStatistics(reply, lookup, exchange)
        }
    }

    /// Queues the lookup for the servers that a message names.
    private func followUp(_ message: DNSMessage, _ lookup: Lookup, inAnswer: Bool) async {
        let section = inAnswer ? message.answer : message.authority
        var next = lookup
        next.servers = []
        var hasFound = false
        var failure: String?
        var isHorizontal = false
        var isBad = false
        var done: Set<DNSName> = []
        for record in section where done.insert(record.name).inserted {
            let ofName = section.filter { $0.name == record.name }
            if !inAnswer, ofName.contains(where: { $0.type == .soa }) { return }
            let names = ofName.compactMap { record -> DNSName? in
                guard record.type == .ns, case .ns(let name)? = record.data else { return nil }
                return name
            }
            guard !names.isEmpty else { continue }
            if lookup.traces, !lookup.isRootStep {
                if record.name == lookup.zone {
                    if !isHorizontal { printer.warn("BAD (HORIZONTAL) REFERRAL", lookup) }
                    isHorizontal = true
                } else if !record.name.isSubdomain(of: lookup.zone) {
                    if !isBad { printer.warn("BAD REFERRAL", lookup) }
                    isBad = true
                    continue
                }
            }
            for name in names {
                if lookup.isRootStep, next.serversFound >= Self.maxServers { break }
                next.serversFound += 1
                if !hasFound {
                    hasFound = true
                    next.isNewSearch = false
                    if !lookup.isRootStep, inAnswer { next.traces = false }
                    next.isRootStep = false
                    next.zone = record.name
                    next.edns = lookup.edns == nil ? lookup.wantedEDNS : lookup.wantedEDNS ?? 0
                }
                let text = Printer.name(name)
                do {
                    next.servers += try await addresses(text)
                } catch {
                    let reason = Failure.isTransient(error) ? "failure" : "not found"
                    printer.out.print("couldn't get address for '\(text)': \(reason)\n")
                    failure = failure ?? text
                }
            }
        }
        guard hasFound else {
            // The answer may be a referral as well.
            if inAnswer { await followUp(message, lookup, inAnswer: false) }
            return
        }
        guard !next.servers.isEmpty else {
            return fatal("couldn't get address for '\(failure ?? "")': no more")
        }
        next.servers.shuffle()
        requeue(next)
    }

    private func addresses(_ name: String) async throws -> [Server] {
        let found = try await DNSResolver.shared.lookup(name).value
        return Server.named(name, [name: found], settings)
    }

    /// Asks all servers at once, and prints each one's answer as it comes.
    func askAll(_ given: Lookup, _ name: DNSName, _ id: UInt16) async {
        var lookup = given
        var hasAnswer = false
        let exchanges = lookup.servers.compactMap { makeExchange(&lookup, name, id, $0) }
        let all = exchanges.map { exchange in
            exchange.run().addCallback { outcome in
                switch outcome {
                case .reply(let reply):
                    hasAnswer = true
                    self.printer.printMessage(reply, lookup, exchange)
                    self.printStatistics(reply, lookup, exchange)
                case .failed(let error):
                    self.printer.warn(
                        "communications error to \(Printer.address(exchange.address)): "
                            + Failure.text(error), lookup)
                case .notSent(let error):
                    self.printer.warn(
                        "UDP setup with \(Printer.address(exchange.address))"
                            + "(\(exchange.server.text)) for \(lookup.text) failed: "
                            + "\(Failure.text(error)).", lookup)
                case .broken, .transferred: break
                }
            }
        }
        _ = try? await DeferredList(all).value
        if hasAnswer { return succeed() }
        printer.error("NS servers could not be reached")
        fail(9)
    }
}
