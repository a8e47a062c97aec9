import TwineDNS

/// What BIND finds wrong with a message that can be read.
enum Irregularity {
    /// It has several questions.
    case questions
    /// A record is of another class than the question.
    case recordClass
    /// A record has the type 0, which is none; the message is then not shown.
    case typeZero
    /// A TSIG record does not stand last.
    case signature

    /// BIND's words for it.
    var reason: String {
        if case .signature = self { "TSIG in wrong location" } else { "FORMERR" }
    }
}

extension DNSMessage {
    /// What is wrong with it; nil for nothing.
    var irregularity: Irregularity? {
        let type = header.opcode == .query ? question.first?.questionClass : nil
        var hasOtherClass = false
        var signatures = 0
        // Whether one has the type 0.
        func look(at records: [DNSRecord]) -> Bool {
            // By their places: a copy of each would cost more than the rest.
            for place in records.indices {
                switch records[place].type {
                case DNSType(rawValue: 0): return true
                case .tsig: signatures += 1
                case .opt, .sig, .key: break
                default:
                    if let type, type != .any, records[place].recordClass != type {
                        hasOtherClass = true
                    }
                }
            }
            return false
        }
        if look(at: answer) || look(at: authority) || look(at: additional) { return .typeZero }
        if question.count > 1 { return .questions }
        if hasOtherClass { return .recordClass }
        let last = additional.last
        let isSigned = last?.type == .tsig && last?.recordClass == .any
        return signatures == (isSigned ? 1 : 0) ? nil : .signature
    }
}
