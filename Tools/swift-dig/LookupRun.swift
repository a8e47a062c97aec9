import TwineCore
import TwineDNS
import TwineTLS

/// Carries one lookup out, and those that follow from it: other transports, the search list, the
/// steps of a trace.
@Reactor
final class LookupRun {
    /// The most lookups that one name may lead to.
    private static let maxSteps = 64

    let printer: Printer
    let channels: Channels
    private let cookies = Cookies()
    var settings: Settings { printer.settings }
    /// The exit status that this lookup asks for; nil leaves it as it is.
    private(set) var status: Int32?
    /// The last reply that was taken for an answer, and how it came.
    private(set) var answer: DNSMessage?
    private(set) var answered: Exchange?
    /// Why the server that was asked last has not replied.
    private(set) var failure: String?
    /// Whether what was to be asked for is no name.
    var isNameIllegal = false
    /// Whether answers are not printed.
    var isQuiet = false
    /// Says whether an answer is to be printed; nil prints all.
    var isNews: (@Reactor (DNSMessage) -> Bool)?
    private var waiting: [Lookup]
    private var steps = 0
    /// Something made it end before its time.
    private(set) var isGivenUp = false
    /// Whether the search list is still of use.
    var usesSearch: Bool

    init(_ lookup: Lookup, _ printer: Printer, _ channels: Channels) {
        waiting = [lookup]
        self.printer = printer
        self.channels = channels
        usesSearch = printer.settings.usesSearch
    }

    /// Carries it out to its end.
    func run() async {
        while let lookup = waiting.popLast() {
            if lookup.isNewSearch { steps = 0 }
            await perform(lookup)
        }
    }

    /// Carries a lookup out next.
    func requeue(_ lookup: Lookup) {
        steps += 1
        printer.debug(
            "step \(steps + 1): \(lookup.text) \(lookup.type), servers "
                + lookup.servers.map(\.text).joined(separator: ", "))
        guard steps <= Self.maxSteps else { return fatal("too many lookups") }
        var lookup = lookup
        // As in dig, one that follows before the command was printed prints it once more.
        lookup.commandLine = lookup.commandLine.map { CommandText($0.text, $0.isPrinted) }
        waiting.append(lookup)
    }

    /// A server was reached.
    func succeed() { status = 0 }

    func fail(_ status: Int32) { self.status = max(self.status ?? 0, status) }

    func fatal(_ text: String) {
        printer.out.flush()
        CommandLineParser.warn("\(Dig.name): \(text)")
        fail(1)
        isGivenUp = true
        waiting = []
    }

    // MARK: One lookup

    private func perform(_ given: Lookup) async {
        var lookup = given
        if lookup.servers.isEmpty { lookup.servers = settings.systemServers }
        guard let name = completeName(&lookup) else { return }
        prepare(&lookup)
        let id = lookup.id ?? channels.ids.next()
        if lookup.searchesServers, !lookup.isRootStep {
            return await askAll(lookup, name, id)
        }
        var tries = lookup.tries
        var place = 0
        while place < lookup.servers.count {
            let server = lookup.servers[place]
            if settings.isForbidden(server) {
                printer.warn("Skipping mapped address '::ffff:\(server.text)'", lookup)
                place += 1
                if place == lookup.servers.count {
                    printer.warn("No acceptable nameservers", lookup)
                }
                continue
            }
            guard let exchange = makeExchange(&lookup, name, id, server) else { return }
            let isLast = place + 1 == lookup.servers.count
            guard let outcome = try? await exchange.run().value else { return }
            switch outcome {
            case .broken, .transferred: return
            case .notSent(let error):
                failure = Failure.text(error)
                if tellDistrust(error, lookup, exchange) { return }
                tellNotSent(error, lookup, exchange)
                if tries > 1 {
                    var again = lookup
                    again.tries = tries - 1
                    again.isNewSearch = false
                    requeue(again)
                    return printer.error("no servers could be reached")
                }
                if isLast { return printer.error("no servers could be reached") }
                place += 1
            case .failed(let error):
                failure = Failure.text(error)
                printer.warn(
                    "communications error to \(Printer.address(exchange.address)): "
                        + Failure.text(error), lookup)
                if tries > 1 {
                    tries -= 1
                    guard lookup.usesTCP else { continue }
                    var again = lookup
                    again.tries = tries
                    again.isNewSearch = false
                    return requeue(again)
                }
                if isLast {
                    printer.printUnreachable(lookup)
                    return fail(9)
                }
                place += 1
            case .reply(let reply):
                succeed()
                switch take(reply, lookup, exchange, isLast: isLast) {
                case .done: return
                case .asksNext: place += 1
                case .follows(let isCookieOurs):
                    return await follow(reply, lookup, exchange, isCookieOurs)
                case .validates: return await validate(reply.message, lookup, exchange)
                }
            }
        }
    }

    func makeExchange(
        _ lookup: inout Lookup, _ name: DNSName, _ id: UInt16, _ server: Server
    ) -> Exchange? {
        do {
            let query = try Query(
                lookup, name, id: id, cookie: cookies.cookie(for: server), key: settings.key)
            if query.octets.count > Query.maxDatagram || server.isUnixSocket {
                lookup.usesTCP = true
            }
            let exchange = try Exchange(query, lookup, server, channels, printer)
            if lookup.isTransfer { exchange.transfer = makeTransfer(lookup, query) }
            return exchange
        } catch let error as DNSChannelError {
            printer.warn(Failure.setUpText(error, lookup), lookup)
            fail(10)
        } catch {
            printer.error("\(error)")
            fail(10)
        }
        return nil
    }

    /// Tells that a server's certificate is not trusted: asking again would not help.
    private func tellDistrust(
        _ error: DNSChannelError, _ lookup: Lookup, _ exchange: Exchange
    ) -> Bool {
        guard case .notSecure(let error) = error, error.isDistrust else { return false }
        printer.warn(
            "TLS peer certificate verification for \(Printer.address(exchange.address)) failed: "
                + Failure.text(error), lookup)
        fail(9)
        return true
    }

    private func tellNotSent(_ error: DNSChannelError, _ lookup: Lookup, _ exchange: Exchange) {
        let address = Printer.address(exchange.address)
        let what = lookup.usesTCP ? "Connection to" : "UDP setup with"
        printer.warn(
            "\(what) \(address)(\(exchange.server.text)) for \(lookup.text) failed: "
                + "\(Failure.text(error)).", lookup)
        fail(9)
    }

    /// What follows from options before the query is made.
    private func prepare(_ lookup: inout Lookup) {
        if lookup.traces || lookup.searchesServers, !lookup.isRootStep {
            lookup.isRecursive = false
        }
        if lookup.traces, lookup.isRootStep {
            lookup.wantedType = lookup.type
            lookup.type = .ns
        }
        if lookup.type == .axfr || lookup.isTLS || lookup.httpPath != nil { lookup.usesTCP = true }
        if lookup.payloadSize != nil || lookup.dnssecOK || lookup.subnet != nil, lookup.edns == nil
        {
            lookup.edns = 0
            lookup.wantedEDNS = 0
        }
    }

    // MARK: Replies

    /// What a reply leads to.
    private enum Step {
        /// The lookup is done, or another one waits.
        case done
        /// The next server is asked.
        case asksNext
        /// The referral or the servers in it are followed.
        case follows(isCookieOurs: Bool?)
        case validates
    }

    /// Takes a reply.
    private func take(
        _ reply: Reply, _ lookup: Lookup, _ exchange: Exchange, isLast: Bool
    ) -> Step {
        let message = reply.message
        let extensions = message.extensions
        if message.responseCode == .badVersion, let extensions, let version = lookup.edns,
            extensions.version < version, lookup.negotiatesEDNS
        {
            if lookup.showsBadVersion { show(reply, lookup, exchange) }
            printer.comment(
                "BADVERS, retrying with EDNS version \(extensions.version).", lookup)
            _ = cookies.learn(from: message, exchange, printer)
            var again = lookup
            again.edns = extensions.version
            retry(again)
            return .done
        }
        if message.header.isTruncated, !lookup.ignoresTruncation, !lookup.usesTCP {
            if lookup.showsTruncated { show(reply, lookup, exchange) }
            _ = cookies.learn(from: message, exchange, printer)
            printer.comment("Truncated, retrying in TCP mode.", lookup)
            var again = lookup
            again.usesTCP = true
            retry(again)
            return .done
        }
        var isCookieOurs: Bool?
        var hasLearned = false
        if message.responseCode == .badCookie, !lookup.usesTCP, lookup.sendsCookie,
            lookup.retriesBadCookie
        {
            isCookieOurs = cookies.learn(from: message, exchange, printer)
            hasLearned = true
            if isCookieOurs == true {
                if lookup.showsBadCookie { show(reply, lookup, exchange, isCookieOurs) }
                printer.comment(
                    "BADCOOKIE, retrying\(lookup.hasSeenBadCookie ? " in TCP mode" : "").",
                    lookup)
                var again = lookup
                if lookup.hasSeenBadCookie { again.usesTCP = true }
                again.hasSeenBadCookie = true
                again.cookie = nil
                retry(again)
                return .done
            }
        }
        if message.responseCode == .serverFailure, !lookup.stopsAtServerFailure {
            let text = "Got SERVFAIL reply from \(exchange.server.text)"
            if !isLast {
                printer.comment("\(text), trying next server", lookup)
                return .asksNext
            }
            printer.comment(text, lookup)
        }
        exchange.verify(reply.octets.span)
        if !hasLearned {
            if lookup.cookie != nil, extensions == nil {
                printer.warn("expected opt record in response", lookup)
            }
            if lookup.sendsCookie { isCookieOurs = cookies.learn(from: message, exchange, printer) }
        }
        answer = message
        answered = exchange
        if message.responseCode == .nameError, lookup.origin != nil || lookup.needsSearch {
            let hasNext = nextOrigin(lookup)
            if !hasNext || settings.showsSearch {
                show(reply, lookup, exchange, isCookieOurs)
                // Without a further name the statistics come once more, as in dig.
                if lookup.origin == nil { printStatistics(reply, lookup, exchange) }
            } else if lookup.origin == nil {
                printStatistics(reply, lookup, exchange)
            }
            return .done
        }
        if lookup.traces || lookup.searchesServers {
            return .follows(isCookieOurs: isCookieOurs)
        }
        if isQuiet || isNews?(message) == false { return .done }
        printer.printMessage(reply, lookup, exchange, isCookieOurs: isCookieOurs)
        if message.responseCode == .noError || lookup.origin == nil {
            printStatistics(reply, lookup, exchange)
        }
        return settings.validates ? .validates : .done
    }

    private func retry(_ lookup: Lookup) {
        var again = lookup
        again.isNewSearch = false
        if again.traces, again.isRootStep { again.type = again.wantedType }
        requeue(again)
    }

    private func show(
        _ reply: Reply, _ lookup: Lookup, _ exchange: Exchange,
        _ isCookieOurs: Bool? = nil
    ) {
        printer.printMessage(reply, lookup, exchange, isCookieOurs: isCookieOurs)
        printStatistics(reply, lookup, exchange)
    }

    func printStatistics(_ reply: Reply, _ lookup: Lookup, _ exchange: Exchange) {
        printer.printStatistics(
            lookup, exchange, size: reply.octets.count, isSigned: exchange.isSigned)
    }
}
