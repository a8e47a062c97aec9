import TwineCore
import TwineDNS

/// Answers checked by DNSSEC, and how.
extension LookupRun {
    /// The exit status for an answer that is bogus.
    private static let bogus: Int32 = 12

    /// Validates an answer by asking the same server for the keys, and tells each step.
    func validate(_ message: DNSMessage, _ lookup: Lookup, _ exchange: Exchange) async {
        guard let anchors = anchors() else { return }
        let question = exchange.query.question
        let validator = DNSSECValidator(
            anchors: anchors, now: UInt32(truncatingIfNeeded: Instant.now.seconds)
        ) { [self] question in
            inlineCallbacks { try await self.fetch(question, lookup, exchange.server) }
        }
        do {
            let result = try await validator.validate(message, to: question).value
            report(result)
        } catch {
            printer.error("validation failed: \(error)")
            fail(10)
        }
    }

    private func anchors() -> [DNSSECTrustAnchor]? {
        guard let path = settings.anchorFile else { return DNSSECTrustAnchor.root }
        guard let text = SystemText.read(path) else {
            printer.error("couldn't read trust anchors from \(path): \(SystemText.lastError)")
            fail(10)
            return nil
        }
        do throws(DNSTextError) {
            return try DNSSECTrustAnchor.read(Array(text.utf8))
        } catch {
            printer.error("couldn't read trust anchors from \(path): \(error)")
            fail(10)
            return nil
        }
    }

    /// Asks a question that the validation needs answered.
    private func fetch(
        _ question: DNSMessage.Question, _ lookup: Lookup, _ server: Server
    ) async throws -> DNSMessage {
        var next = lookup
        next.text = "\(question.name)"
        next.type = question.type
        next.recordClass = question.questionClass
        next.servers = [server]
        next.origin = nil
        next.needsSearch = false
        next.isInternationalIn = false
        next.commandLine = nil
        next.printsQuery = false
        next.hasComments = false
        let run = LookupRun(next, Printer(settings: settings, out: printer.out), channels)
        run.isQuiet = true
        await run.run()
        guard let answer = run.answer else { throw ValidationFailure(question: question) }
        return answer
    }

    private func report(_ result: DNSSECResult) {
        if case .bogus = result.status { fail(Self.bogus) }
        guard !settings.isJSON else { return printer.printValidation(result) }
        guard !settings.isYAML, !settings.isTable else { return }
        guard !settings.isShort else {
            return printer.warn("\(result.status)", Lookup())
        }
        var text = ";; VALIDATION:\n"
        for link in result.links { text += "; \(link)\n" }
        text += ";; \(result.status)\n\n"
        printer.out.print(text)
    }
}

/// Why the chain of keys could not be followed.
struct ValidationFailure: Error, CustomStringConvertible {
    let question: DNSMessage.Question

    var description: String {
        "no reply to the question for \(question.name) \(question.type)"
    }
}
