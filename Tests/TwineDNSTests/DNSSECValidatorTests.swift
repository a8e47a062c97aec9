import Testing
import TwineCore

@testable import TwineDNS

@Suite("DNSSEC: validation from a trust anchor")
@Reactor
struct DNSSECValidatorTests {
    /// A root, `test.` with NSEC, and zones below it.
    private func makeTree() throws -> SignedTree {
        let tree = SignedTree()
        try tree.add(".", "")
        try tree.add(
            "test.",
            """
            www.test. A 192.0.2.1
            www.test. A 192.0.2.2
            *.wild.test. TXT "wild"
            a.b.test. A 192.0.2.3
            """)
        return tree
    }

    private func isBogus(_ status: DNSSECStatus, _ part: String) -> Bool {
        if case .bogus(let reason) = status { reason.contains(part) } else { false }
    }

    private func isInsecure(_ status: DNSSECStatus, _ part: String) -> Bool {
        if case .insecure(let reason) = status { reason.contains(part) } else { false }
    }

    // MARK: Answers

    @Test("an answer that is signed from the root down is secure")
    func secure() async throws {
        let result = try await makeTree().validate("www.test")
        #expect(result.status == .secure)
        #expect(result.parts.map(\.trust) == [.fullyValidated])
    }

    @Test("the chain is told from the trust anchor down")
    func links() async throws {
        let tree = try makeTree()
        let root = try #require(tree.zones[0].key?.tag)
        let test = try #require(tree.zones[1].key?.tag)
        let result = try await tree.validate("www.test")
        #expect(
            result.links.map(\.description) == [
                ". DNSKEY: key \(root) (ED25519) matches the trust anchor",
                ". DNSKEY: 1 key, signed by key \(root) (ED25519)",
                "test. DS: 1 record, signed by key \(root) (ED25519) of .",
                "test. DNSKEY: key \(test) (ED25519) matches the DS record",
                "test. DNSKEY: 1 key, signed by key \(test) (ED25519)",
                "www.test. A: 2 records, signed by key \(test) (ED25519) of test.",
            ])
    }

    @Test("the keys of a zone are asked for once, whatever is validated")
    func cache() async throws {
        let tree = try makeTree()
        let validator = tree.validator()
        for text in ["www.test", "a.b.test", "nowhere.test"] {
            let question = DNSMessage.Question(try dnsName(text), .a)
            let result = try await validator.validate(question).value.result
            #expect(result.status == .secure)
            #expect(result.links.count >= 6)
        }
        #expect(tree.asked.count { $0.type == .dnskey || $0.type == .ds } == 3)
    }

    @Test("the case of letters, and the order of records, do not count")
    func caseAndOrder() async throws {
        let tree = try makeTree()
        let upper = try dnsName("WWW.Test")
        tree.change = { question, message in
            guard question.type == .a else { return }
            message.answer = message.answer.reversed().map {
                var record = $0
                record.name = upper
                return record
            }
        }
        #expect(try await tree.validate("www.test").status == .secure)
    }

    @Test(
        "a signature is valid between its times only",
        arguments: [
            (SignedTree.now - 7200, "not valid before 20231114211320"),
            (SignedTree.now + 90_000, "expired at 20231115221320"),
        ])
    func times(_ now: UInt32, _ text: String) async throws {
        let validator = try makeTree().validator(now: now)
        let question = DNSMessage.Question(try dnsName("www.test"), .a)
        let result = try await validator.validate(question).value.result
        #expect(isBogus(result.status, text))
    }

    @Test("a record that was changed is bogus")
    func changed() async throws {
        let tree = try makeTree()
        tree.change = { question, message in
            if question.type == .a { message.answer[0].rdata[3] ^= 1 }
        }
        let result = try await tree.validate("www.test")
        #expect(isBogus(result.status, "does not fit"))
        #expect(result.parts.map(\.trust) == [nil])
    }

    @Test("a key that the zone does not have signs nothing")
    func wrongKey() async throws {
        let tree = try makeTree()
        tree.change = { question, message in
            guard question.type == .a else { return }
            let key = TreeKey(zone: tree.zones[1].name, seed: 99)
            message.answer[2] = key.signature(of: Array(message.answer[..<2]))
        }
        #expect(isBogus(try await tree.validate("www.test").status, "of no key"))
    }

    @Test("without its signature an answer of a signed zone is bogus")
    func missingSignature() async throws {
        let tree = try makeTree()
        tree.change = { question, message in
            if question.type == .a { message.answer.removeAll { $0.type == .rrsig } }
        }
        #expect(isBogus(try await tree.validate("www.test").status, "not signed"))
    }

    @Test("a DS record of another key breaks the chain")
    func wrongDS() async throws {
        let tree = try makeTree()
        let other = TreeKey(zone: try dnsName("test"), seed: 99)
        tree.zones[0].records.removeAll { $0.type == .ds }
        tree.zones[0].records.append(other.delegation)
        let result = try await tree.validate("www.test")
        #expect(isBogus(result.status, "no key matches the DS record"))
        #expect(result.links.last?.name == (try dnsName("www.test")))
    }

    @Test("another trust anchor breaks the chain at the root")
    func wrongAnchor() async throws {
        let tree = try makeTree()
        let anchor = try #require(DNSSECTrustAnchor(TreeKey(zone: .root, seed: 99).record))
        let validator = DNSSECValidator(anchors: [anchor], now: SignedTree.now) {
            succeed(tree.answer($0))
        }
        let question = DNSMessage.Question(try dnsName("www.test"), .a)
        let result = try await validator.validate(question).value.result
        #expect(isBogus(result.status, "no key matches the trust anchor"))
    }

    @Test("a key that was revoked is no entry to its zone")
    func revokedKey() async throws {
        let tree = try makeTree()
        let zone = tree.zones[1]
        let key = TreeKey(zone: zone.name, seed: 2, flags: 257 | 0x80)
        zone.records.removeAll { $0.type == .dnskey }
        zone.records.append(key.record)
        zone.key = key
        tree.zones[0].records.removeAll { $0.type == .ds }
        tree.zones[0].records.append(key.delegation)
        #expect(isBogus(try await tree.validate("www.test").status, "no key matches"))
    }

    @Test("without a trust anchor above it nothing can be told")
    func noAnchor() async throws {
        let tree = try makeTree()
        let anchor = try #require(
            DNSSECTrustAnchor(TreeKey(zone: dnsName("other"), seed: 1).record))
        let validator = DNSSECValidator(anchors: [anchor], now: SignedTree.now) {
            succeed(tree.answer($0))
        }
        let question = DNSMessage.Question(try dnsName("www.test"), .a)
        let result = try await validator.validate(question).value.result
        #expect(result.status == .indeterminate("there is no trust anchor for www.test."))
    }

    @Test("a query that fails makes the answer indeterminate")
    func failedQuery() async throws {
        let tree = try makeTree()
        tree.change = { question, message in
            guard question.type == .dnskey else { return }
            message = DNSMessage(header: .init(id: 0, flags: 0x8002), question: [question])
        }
        let result = try await tree.validate("www.test")
        #expect(result.status == .indeterminate("the response to . DNSKEY is SERVFAIL"))
    }

    // MARK: Denials

    @Test(
        "names and types that a signed zone does not have are denied by it",
        arguments: [
            "nowhere.test", "www.test", "b.test", "x.wild.test", "a.b.c.test", "test",
        ])
    func denials(_ text: String) async throws {
        let result = try await makeTree().validate(text, .mx)
        #expect(result.status == .secure)
        #expect(result.parts.map(\.trust) == [.negativeFullyValidated])
    }

    @Test("the root denies its own DS records, as nothing is above it")
    func rootDS() async throws {
        #expect(try await makeTree().validate(".", .ds).status == .secure)
    }

    @Test("a denial without its records is bogus", arguments: ["nowhere.test", "www.test"])
    func strippedDenial(_ text: String) async throws {
        let tree = try makeTree()
        tree.change = { question, message in
            if question.type == .mx { message.authority = [] }
        }
        #expect(isBogus(try await tree.validate(text, .mx).status, "nothing signed denies"))
    }

    @Test("a denial of another name is bogus")
    func otherDenial() async throws {
        let tree = try makeTree()
        tree.change = { question, message in
            guard question.type == .mx else { return }
            message.authority.removeAll {
                ($0.type == .nsec || $0.type == .rrsig) && $0.name == question.name
            }
        }
        let result = try await tree.validate("www.test", .mx)
        #expect(isBogus(result.status, "nothing denies the type"))
    }

    @Test("a name that exists cannot be denied by the code of the response")
    func falseNameError() async throws {
        let tree = try makeTree()
        tree.change = { question, message in
            if question.type == .mx { message.header.responseCode = .nameError }
        }
        #expect(isBogus(try await tree.validate("www.test", .mx).status, "denies the name"))
    }

    @Test("a denial's SOA record must be signed too")
    func changedStart() async throws {
        let tree = try makeTree()
        tree.change = { question, message in
            if question.type == .mx { message.authority[0].rdata[20] ^= 1 }
        }
        #expect(isBogus(try await tree.validate("www.test", .mx).status, "SOA"))
    }

    @Test("records from a wildcard need the proof that the name itself is not there")
    func wildcard() async throws {
        let tree = try makeTree()
        #expect(try await tree.validate("x.wild.test", .txt).status == .secure)
        tree.change = { question, message in
            if question.type == .txt { message.authority = [] }
        }
        #expect(isBogus(try await tree.validate("x.wild.test", .txt).status, "from a wildcard"))
    }

    @Test("a wildcard's records are not for a name that is there")
    func falseWildcard() async throws {
        let tree = try makeTree()
        tree.zones[1].records += try zoneRecords("there.wild.test. A 192.0.2.9")
        let wild = tree.answer(.init(try dnsName("x.wild.test"), .txt))
        let there = try dnsName("there.wild.test")
        tree.change = { question, message in
            guard question.type == .txt else { return }
            message = wild
            for index in message.answer.indices { message.answer[index].name = there }
        }
        #expect(isBogus(try await tree.validate("there.wild.test", .txt).status, "wildcard"))
    }

    // MARK: NSEC3

    private func hashedTree(iterations: UInt16 = 3, isOptOut: Bool = false) throws -> SignedTree {
        let tree = SignedTree()
        try tree.add(".", "")
        try tree.add(
            "test.", denial: .nsec3(iterations: iterations, isOptOut: isOptOut),
            """
            www.test. A 192.0.2.1
            *.wild.test. TXT "wild"
            a.b.test. A 192.0.2.3
            """)
        return tree
    }

    @Test(
        "NSEC3 denies names and types",
        arguments: ["nowhere.test", "www.test", "b.test", "x.wild.test", "x.y.z.test", "test"])
    func hashedDenials(_ text: String) async throws {
        let result = try await hashedTree().validate(text, .mx)
        #expect(result.status == .secure)
    }

    @Test("a wildcard's records need the proof by NSEC3")
    func hashedWildcard() async throws {
        let tree = try hashedTree()
        #expect(try await tree.validate("x.wild.test", .txt).status == .secure)
        tree.change = { question, message in
            if question.type == .txt { message.authority = [] }
        }
        #expect(isBogus(try await tree.validate("x.wild.test", .txt).status, "from a wildcard"))
    }

    @Test("a denial by NSEC3 lacks each of its records in turn")
    func strippedHashes() async throws {
        let tree = try hashedTree()
        let question = DNSMessage.Question(try dnsName("nowhere.test"), .mx)
        let whole = tree.answer(question)
        let owners = Set(whole.authority.filter { $0.type == .nsec3 }.map(\.name))
        var bogus = 0
        for owner in owners {
            tree.change = { asked, message in
                if asked == question { message.authority.removeAll { $0.name == owner } }
            }
            if case .bogus = try await tree.validate("nowhere.test", .mx).status { bogus += 1 }
        }
        // The closest encloser, the next closer name, and the wildcard: two may be one record.
        #expect(2...3 ~= bogus)
    }

    @Test("NSEC3 with many iterations makes a denial insecure, and is not computed")
    func iterations() async throws {
        let tree = try hashedTree(iterations: 51)
        #expect(isInsecure(try await tree.validate("nowhere.test").status, "iterations"))
        #expect(try await hashedTree(iterations: 50).validate("nowhere.test").status == .secure)
    }

    @Test("a zone that NSEC3 leaves out is not signed")
    func optOut() async throws {
        let tree = try hashedTree(isOptOut: true)
        try tree.add("left.test.", isSigned: false, "www.left.test. A 192.0.2.7")
        let result = try await tree.validate("www.left.test")
        #expect(isInsecure(result.status, "left.test. is not signed"))
        #expect(result.parts.map(\.trust) == [.unsignedAnswer])
    }

    @Test("a denial with opt-out is validated, and told apart")
    func optOutDenial() async throws {
        let result = try await hashedTree(isOptOut: true).validate("nowhere.test")
        #expect(result.parts.map(\.trust) == [.negativeFullyValidated])
        #expect(result.parts.map(\.hasOptOut) == [true])
        #expect(try await hashedTree().validate("nowhere.test").parts.map(\.hasOptOut) == [false])
    }

    @Test("a zone that NSEC3 has without DS records is not signed")
    func hashedInsecure() async throws {
        let tree = try hashedTree()
        try tree.add("open.test.", isSigned: false, "www.open.test. A 192.0.2.7")
        #expect(isInsecure(try await tree.validate("www.open.test").status, "open.test."))
    }

    // MARK: Zones that are not signed

    @Test("a zone without DS records is insecure, signed or not", arguments: [true, false])
    func insecure(_ isSigned: Bool) async throws {
        let tree = try makeTree()
        try tree.add(
            "open.test.", isSigned: isSigned, hasDS: false, "www.open.test. A 192.0.2.7")
        let result = try await tree.validate("www.open.test")
        #expect(result.status == .insecure("open.test. is not signed"))
        #expect(result.parts.map(\.trust) == [.unsignedAnswer])
        let denied = try await tree.validate("nowhere.open.test")
        #expect(denied.parts.map(\.trust) == [.negativeUnsigned])
    }

    @Test("a zone below an insecure one is insecure, whatever it has")
    func belowInsecure() async throws {
        let tree = try makeTree()
        try tree.add("open.test.", isSigned: false, "")
        try tree.add("sub.open.test.", "www.sub.open.test. A 192.0.2.7")
        #expect(isInsecure(try await tree.validate("www.sub.open.test").status, "open.test."))
    }

    @Test("that a zone is not signed must be proven")
    func unprovenInsecure() async throws {
        let tree = try makeTree()
        try tree.add("open.test.", isSigned: false, "www.open.test. A 192.0.2.7")
        tree.change = { question, message in
            if question.type == .ds, question.name.labelCount == 2 { message.authority = [] }
        }
        #expect(isBogus(try await tree.validate("www.open.test").status, "nothing signed denies"))
    }

    @Test("the zone below cannot deny its own DS records")
    func childDenial() async throws {
        let tree = try makeTree()
        try tree.add("sub.test.", "www.sub.test. A 192.0.2.7")
        let own = tree.answer(.init(try dnsName("sub.test"), .txt))
        tree.change = { question, message in
            if question.type == .ds, question.name.labelCount == 2 { message = own }
            if question.type == .a { message.answer.removeAll { $0.type == .rrsig } }
        }
        #expect(isBogus(try await tree.validate("www.sub.test").status, "denies"))
    }

    @Test("the zone above cannot deny what is in a zone below")
    func parentDenial() async throws {
        let tree = try makeTree()
        try tree.add("sub.test.", "www.sub.test. A 192.0.2.7")
        let above = tree.answer(.init(try dnsName("sub.test"), .ds)).answer
        #expect(!above.isEmpty)
        let denial = tree.answer(.init(try dnsName("nowhere.test"), .a))
        tree.change = { question, message in
            if question.type == .a { message = denial }
        }
        #expect(isBogus(try await tree.validate("www.sub.test").status, "denies the name"))
    }

    @Test("an algorithm that is not supported makes a zone insecure")
    func unsupported() async throws {
        let tree = try makeTree()
        try tree.add("odd.test.", algorithm: 200, "www.odd.test. A 192.0.2.7")
        #expect(isInsecure(try await tree.validate("www.odd.test").status, "no known kind"))
    }

    // MARK: Aliases

    @Test("an alias into another zone is validated link by link")
    func alias() async throws {
        let tree = try makeTree()
        try tree.add("other.test.", "www.other.test. A 192.0.2.7")
        tree.zones[1].records += try zoneRecords("go.test. CNAME www.other.test.")
        let result = try await tree.validate("go.test")
        #expect(result.status == .secure)
        #expect(
            result.parts.map { $0.set?.description } == ["go.test. CNAME", "www.other.test. A"])
    }

    @Test("an alias into a zone that is not signed is insecure as a whole")
    func insecureAlias() async throws {
        let tree = try makeTree()
        try tree.add("open.test.", isSigned: false, "www.open.test. A 192.0.2.7")
        tree.zones[1].records += try zoneRecords("go.test. CNAME www.open.test.")
        let result = try await tree.validate("go.test")
        #expect(isInsecure(result.status, "open.test."))
        #expect(result.parts.map(\.trust) == [.fullyValidated, .unsignedAnswer])
    }

    @Test("where a response ends with an alias, the rest is asked for")
    func cutAlias() async throws {
        let tree = try makeTree()
        try tree.add("other.test.", "www.other.test. A 192.0.2.7")
        tree.zones[1].records += try zoneRecords("go.test. CNAME www.other.test.")
        let go = try dnsName("go.test")
        tree.change = { question, message in
            if question.name == go { message.answer.removeAll { $0.name != go } }
        }
        let result = try await tree.validate("go.test")
        #expect(result.status == .secure)
        #expect(result.parts.count == 2)
    }

    @Test("an alias of an alias of itself ends")
    func aliasLoop() async throws {
        let tree = try makeTree()
        tree.zones[1].records += try zoneRecords("x.test. CNAME y.test.\ny.test. CNAME x.test.")
        let result = try await tree.validate("x.test")
        #expect(result.status == .indeterminate("there are more than 16 aliases"))
    }

    @Test("a DNAME record vouches for the CNAME that is made from it")
    func dname() async throws {
        let tree = try makeTree()
        try tree.add("new.test.", "www.new.test. A 192.0.2.7")
        tree.zones[1].records += try zoneRecords("old.test. DNAME new.test.")
        let result = try await tree.validate("www.old.test")
        #expect(result.status == .secure)
        #expect(result.parts.map { $0.set?.type } == [.dname, .a])
    }

    @Test("a CNAME that does not follow from its DNAME is bogus")
    func falseDNAME() async throws {
        let tree = try makeTree()
        tree.zones[1].records += try zoneRecords("old.test. DNAME new.test.")
        let evil = DNSRecordData.cname(try dnsName("www.evil.test"))
        tree.change = { _, message in
            for index in message.answer.indices where message.answer[index].type == .cname {
                message.answer[index].rdata = evil.rdata
            }
        }
        #expect(isBogus(try await tree.validate("www.old.test").status, "does not follow"))
    }

    // MARK: Trust anchors below others

    @Test("a trust anchor in a zone that is not signed above is enough")
    func lowerAnchor() async throws {
        let (tree, validator) = try makeIsland()
        let question = DNSMessage.Question(try dnsName("www.island.test"), .a)
        #expect(try await validator.validate(question).value.result.status == .secure)
        #expect(!tree.asked.contains { $0.type == .ds })
    }

    @Test("a signature that a zone above is said to have made does not take the anchor away")
    func lowerAnchorForged() async throws {
        let (tree, validator) = try makeIsland()
        let question = DNSMessage.Question(try dnsName("www.island.test"), .a)
        tree.change = { asked, message in
            guard asked == question else { return }
            let key = TreeKey(zone: tree.zones[1].name, seed: 99)
            message.answer = [message.answer[0], key.signature(of: [message.answer[0]])]
        }
        let result = try await validator.validate(question).value.result
        #expect(isBogus(result.status, "not signed"))
    }

    /// A signed zone in one that is not, with a trust anchor of its own beside that of the root.
    private func makeIsland() throws -> (SignedTree, DNSSECValidator) {
        let tree = SignedTree()
        try tree.add(".", "")
        try tree.add("test.", isSigned: false, "")
        let island = try tree.add("island.test.", hasDS: false, "www.island.test. A 192.0.2.1")
        let anchor = try #require(island.key.flatMap { DNSSECTrustAnchor($0.record) })
        let validator = DNSSECValidator(anchors: tree.anchors + [anchor], now: SignedTree.now) {
            succeed(tree.answer($0))
        }
        return (tree, validator)
    }

    // MARK: Hostile responses

    @Test("a long name is denied by NSEC3 in a bounded number of hashes")
    func longHashed() async throws {
        let tree = try hashedTree(iterations: 50)
        let long = String(repeating: "a.", count: 120) + "test"
        #expect(try await tree.validate(long).status == .secure)
        tree.change = { question, message in
            if question.type == .a { message.authority.removeAll { $0.type == .rrsig } }
        }
        let result = try await tree.validate(long)
        #expect(isBogus(result.status, "nothing signed denies"))
        #expect(tree.asked.count <= 12)
    }

    @Test(
        "whatever octet of a response is changed, nothing false is secure",
        arguments: ["www.test/A", "nowhere.test/A", "x.wild.test/TXT", "www.open.test/A"])
    func fuzz(_ text: String) async throws {
        let tree = try makeTree()
        try tree.add("open.test.", isSigned: false, "www.open.test. A 192.0.2.7")
        let words = text.split(separator: "/")
        let question = DNSMessage.Question(
            try dnsName(String(words[0])), try #require(DNSType(words[1])))
        let right = tree.answer(question)
        let octets = try right.serialize()
        let validator = tree.validator()
        let expected = try await validator.validate(right, to: question).value
        var random = SeededRandom(seed: 4711)
        for _ in 0..<150 {
            var changed = octets
            let place = Int.random(in: 0..<octets.count, using: &random)
            changed[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
            let message = DNSMessage.parseLeniently(changed.span).message
            let result = try await validator.validate(message, to: question).value
            guard result.status == .secure else { continue }
            #expect(expected.status == .secure)
            let rdata = result.parts.map { $0.set?.records.map(\.canonicalRData) ?? [] }
            #expect(rdata == expected.parts.map { $0.set?.records.map(\.canonicalRData) ?? [] })
        }
    }

    // MARK: Bounds

    @Test("many keys with one tag, and many signatures, are not all tried")
    func tooManyKeys() async throws {
        let tree = try makeTree()
        let zone = tree.zones[1]
        let key = try #require(zone.key)
        // Moving a pair of octets does not change the sum that is the tag.
        for index in 0..<20 {
            var other = key.record
            other.rdata.swapAt(4 + index, 6 + index)
            if other.rdata != key.record.rdata { zone.records.insert(other, at: 0) }
        }
        let set = try #require(
            DNSRecordSet.sets(of: tree.answer(.init(try dnsName("www.test"), .a)).answer).first)
        let keys = zone.records.compactMap { DNSSECKey($0) }
        var budget = DNSSECBudget()
        let outcome = set.verify(by: keys, of: zone.name, now: SignedTree.now, budget: &budget)
        #expect(
            outcome
                == .invalid(
                    "there are too many signatures and keys to try them all", isForged: true))
        #expect(DNSSECBudget.perAnswer - budget.left == DNSSECBudget.perSet)
    }

    @Test("a validation that is cancelled ends, and cancels its query")
    func cancelled() async throws {
        let tree = try makeTree()
        let waiting = Deferred<DNSMessage>()
        let validator = DNSSECValidator(anchors: tree.anchors, now: SignedTree.now) { _ in waiting }
        let question = DNSMessage.Question(try dnsName("www.test"), .a)
        let result = validator.validate(tree.answer(question), to: question)
        result.cancel()
        await #expect(throws: CancelledError.self) { try await result.value }
        #expect(waiting.current != nil)
    }

    @Test("a long name that nothing is known of costs a bounded number of queries")
    func manyQueries() async throws {
        let tree = try makeTree()
        let long = String(repeating: "a.", count: 115) + "test"
        tree.zones[1].records += try zoneRecords("\(long). A 192.0.2.1")
        let asked = DNSMessage.Question(try dnsName(long), .a)
        tree.change = { question, message in
            if question == asked { message.answer.removeAll { $0.type == .rrsig } }
        }
        let result = try await tree.validate(long)
        #expect(result.status == .indeterminate("too many queries are needed"))
        #expect(tree.asked.count <= DNSSECValidator.maxQueries + 1)
    }
}
