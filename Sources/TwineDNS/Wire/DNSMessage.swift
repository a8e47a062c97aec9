import TwineBytes

/// A DNS message: a header, and four sections in the order of the wire.
///
/// ```swift
/// let query = DNSMessage(query: try DNSName("example.org"), .aaaa, id: 4711)
/// let bytes = try query.serialize()
/// ```
///
/// RFC 1035 §4.
public struct DNSMessage: Hashable, Sendable {
    /// The id and the flags.
    public var header: Header
    /// What is asked: in practice one question.
    public var question: [Question]
    /// The records that answer it.
    public var answer: [DNSRecord]
    /// The records that tell the authority: name servers, or the SOA of a negative answer.
    public var authority: [DNSRecord]
    /// Further records, among them the OPT of EDNS.
    public var additional: [DNSRecord]

    /// One question.
    ///
    /// RFC 1035 §4.1.2.
    public struct Question: Hashable, Sendable {
        /// The name that is asked for.
        public var name: DNSName
        /// The type that is asked for.
        public var type: DNSType
        /// The class that is asked for.
        public var questionClass: DNSClass

        /// Makes a question.
        ///
        /// - Parameters:
        ///   - name: The name that is asked for.
        ///   - type: The type.
        ///   - questionClass: The class.
        public init(_ name: DNSName, _ type: DNSType, _ questionClass: DNSClass = .internet) {
            self.name = name
            self.type = type
            self.questionClass = questionClass
        }
    }

    /// Makes a message from its parts.
    ///
    /// - Parameters:
    ///   - header: The id and the flags.
    ///   - question: What is asked.
    ///   - answer: The records that answer it.
    ///   - authority: The records that tell the authority.
    ///   - additional: Further records.
    public init(
        header: Header = Header(), question: [Question] = [], answer: [DNSRecord] = [],
        authority: [DNSRecord] = [], additional: [DNSRecord] = []
    ) {
        self.header = header
        self.question = question
        self.answer = answer
        self.authority = authority
        self.additional = additional
    }

    /// Makes a query that asks for recursion.
    ///
    /// - Parameters:
    ///   - name: The name that is asked for.
    ///   - type: The type that is asked for.
    ///   - questionClass: The class that is asked for.
    ///   - id: A number that nobody can guess.
    ///   - extensions: What EDNS adds; nil is a query without EDNS.
    public init(
        query name: DNSName, _ type: DNSType, _ questionClass: DNSClass = .internet, id: UInt16,
        extensions: DNSExtensions? = DNSExtensions()
    ) {
        var header = Header(id: id)
        header.recursionDesired = true
        self.init(
            header: header, question: [Question(name, type, questionClass)],
            additional: extensions.map { [$0.record] } ?? [])
    }

    /// What EDNS adds: the OPT record among ``additional``; nil without one, or if it is malformed.
    ///
    /// Setting it replaces that record, or adds it at the end; nil removes it.
    public var extensions: DNSExtensions? {
        get { additional.first { $0.type == .opt }.flatMap { DNSExtensions($0) } }
        set {
            let place = additional.firstIndex { $0.type == .opt }
            switch (place, newValue) {
            case (let place?, let extensions?): additional[place] = extensions.record
            case (nil, let extensions?): additional.append(extensions.record)
            case (_?, nil): additional.removeAll { $0.type == .opt }
            case (nil, nil): break
            }
        }
    }

    /// What became of the query: the header's four bits, and above them the eight of EDNS.
    ///
    /// RFC 6891 §6.1.3.
    public var responseCode: ResponseCode {
        let low = header.responseCode.rawValue
        guard let opt = additional.first(where: { $0.type == .opt }) else {
            return ResponseCode(rawValue: low)
        }
        return ResponseCode(rawValue: UInt16(opt.timeToLive >> 24) << 4 | low)
    }
}
