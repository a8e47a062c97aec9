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
        let records = [answer, authority, additional].joined()
        if records.contains(where: { $0.type.rawValue == 0 }) { return .typeZero }
        if question.count > 1 { return .questions }
        if let type = question.first?.questionClass, type != .any, header.opcode == .query,
            records.contains(where: {
                $0.recordClass != type && ![.opt, .tsig, .sig, .key].contains($0.type)
            })
        {
            return .recordClass
        }
        let isSigned =
            additional.last.map { $0.type == .tsig && $0.recordClass == .any } ?? false
        let signatures = records.count { $0.type == .tsig }
        return signatures == (isSigned ? 1 : 0) ? nil : .signature
    }
}
