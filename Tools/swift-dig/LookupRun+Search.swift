import TwineDNS

/// Names made complete by the search list.
extension LookupRun {
    /// The complete name that is asked for; nil when it is none, which is told.
    func completeName(_ lookup: inout Lookup) -> DNSName? {
        let text =
            lookup.isInternationalIn
            ? InternationalName.encoded(lookup.text) : lookup.text
        if lookup.isNewSearch {
            if !usesSearch {
                // Only where something changes: the lookup is copied then.
                if lookup.origin != nil { lookup.origin = nil }
                if lookup.needsSearch { lookup.needsSearch = false }
            } else if text.utf8.count(where: { $0 == UInt8(ascii: ".") }) >= settings.ndots {
                lookup.origin = nil
                lookup.isDoneAsIs = true
                lookup.needsSearch = true
            } else if lookup.origin == nil {
                lookup.origin = settings.search.isEmpty ? nil : 0
                lookup.needsSearch = false
            }
        }
        if lookup.traces, lookup.isRootStep { return .root }
        do throws(DNSError) {
            let name = try DNSName(text)
            guard let origin = lookup.origin, !Self.isAbsolute(text) else { return name }
            let suffix: DNSName
            do throws(DNSError) {
                suffix = try DNSName(settings.search[origin])
            } catch {
                fatal(
                    "'\(settings.search[origin])' is not in legal name syntax "
                        + "(\(Printer.reason(error)))")
                return nil
            }
            guard let joined = try? name.appending(suffix) else {
                // Too long: the next of the list may fit.
                _ = nextOrigin(lookup)
                return nil
            }
            return joined
        } catch {
            printer.out.flush()
            CommandLineParser.warn(
                "\(Dig.name): '\(lookup.text)' is not a legal name "
                    + "(\(Self.reason(error, text)))")
            isNameIllegal = true
            return nil
        }
    }

    /// What is wrong with the text of a name, in BIND's words.
    private static func reason(_ error: DNSError, _ text: String) -> String {
        switch error {
        case .nameTooLong: "ran out of space"
        case .labelEmpty where text.isEmpty: "unexpected end of input"
        // Less follows the backslash than it asks for.
        case .escapeInvalid(let offset) where text.utf8.count < offset + 4:
            "unexpected end of input"
        default: Printer.reason(error)
        }
    }

    /// Whether a name ends in a dot that is none of a label.
    private static func isAbsolute(_ text: String) -> Bool {
        guard text.hasSuffix(".") else { return false }
        let escapes = text.utf8.dropLast().reversed().prefix { $0 == UInt8(ascii: "\\") }
        return escapes.count % 2 == 0
    }

    /// Goes on with the next name of the search list.
    ///
    /// - Returns: Whether there is one.
    func nextOrigin(_ lookup: Lookup) -> Bool {
        guard usesSearch, !Self.isAbsolute(lookup.text) else { return false }
        let labels = (try? DNSName(lookup.text))?.labelCount ?? 0
        guard labels <= settings.ndots else { return false }
        var next = lookup
        next.isNewSearch = false
        if let origin = lookup.origin {
            next.origin = origin + 1 < settings.search.count ? origin + 1 : nil
            if next.origin == nil {
                guard !lookup.isDoneAsIs else { return false }
                next.isDoneAsIs = true
            }
        } else {
            guard lookup.needsSearch, !settings.search.isEmpty else { return false }
            next.origin = 0
            next.needsSearch = false
        }
        requeue(next)
        return true
    }
}
