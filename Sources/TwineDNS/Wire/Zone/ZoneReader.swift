/// Reads the records of a zone file, one after the other.
///
/// ```swift
/// var reader = ZoneReader(octets, origin: try DNSName("example.org"))
/// while let record = try reader.next() { print(record.rdataText()) }
/// ```
///
/// It knows `$ORIGIN`, `$TTL`, `$INCLUDE` and BIND's `$GENERATE`, parentheses, relative names, and
/// lines without owner, class or time to live. A file may hold ``maxDepth`` others in each other.
///
/// RFC 1035 §5.
public struct ZoneReader {
    /// How deep files may include others.
    public static let maxDepth = 10

    /// A file that is read.
    private struct Source {
        var reader: DNSTextReader
        let file: String?
        var owner: DNSName?
        var generator: ZoneGenerator?
    }

    /// The file at hand, and those that include it.
    private var sources: [Source]
    private let include: ((String) -> [UInt8]?)?
    /// What `$TTL` said.
    private var defaultTime: UInt32?
    /// The time to live of the record before.
    private var lastTime: UInt32?
    private var recordClass = DNSClass.internet

    /// Reads `text` from its start.
    ///
    /// - Parameters:
    ///   - text: The octets of the file.
    ///   - origin: What names that do not end in a dot are completed with.
    ///   - timeToLive: That of records without one before `$TTL`, in seconds; without it that of the
    ///     record before is taken, or a SOA record's minimum.
    ///   - include: The octets of the file that `$INCLUDE` names, nil if it cannot be read; without
    ///     a function `$INCLUDE` is an error.
    public init(
        _ text: [UInt8], origin: DNSName = .root, timeToLive: UInt32? = nil,
        include: ((String) -> [UInt8]?)? = nil
    ) {
        sources = [Source(reader: DNSTextReader(text, origin: origin), file: nil)]
        defaultTime = timeToLive
        self.include = include
    }

    /// The next record.
    ///
    /// After an error the next call goes on behind the record, or directive, that has it.
    ///
    /// - Returns: The record; nil at the end.
    /// - Throws: ``DNSTextError``.
    public mutating func next() throws(DNSTextError) -> DNSRecord? {
        while !sources.isEmpty {
            do throws(DNSTextError) {
                if let record = try nextInFile() { return record }
            } catch {
                var error = error
                if let index = sources.indices.last {
                    // A generator's directive was read to its end before.
                    if sources[index].generator == nil { sources[index].reader.skipRecord() }
                    sources[index].generator = nil
                    error.file = sources[index].file
                }
                throw error
            }
        }
        return nil
    }

    /// The next record of the file at hand; nil after a directive, an empty line, or its end.
    private mutating func nextInFile() throws(DNSTextError) -> DNSRecord? {
        let index = sources.count - 1
        if let generator = sources[index].generator {
            guard let number = sources[index].generator?.next() else {
                sources[index].generator = nil
                return nil
            }
            let (owner, rdata) = try generated(generator, number)
            let head = Head(time: generator.time, type: generator.type, place: generator.place)
            return try record(owner, head, rdata)
        }
        guard !sources[index].reader.isAtEndOfText else {
            sources.removeLast()
            return nil
        }
        let beginsWithSpace = sources[index].reader.beginsWithSpace
        guard let first = try sources[index].reader.next() else {
            sources[index].reader.endLine()
            return nil
        }
        if !beginsWithSpace {
            let text = sources[index].reader.string(first)
            if !first.isQuoted, text.hasPrefix("$") {
                try readDirective(text.uppercased(), first)
                return nil
            }
            guard !first.isQuoted else {
                throw sources[index].reader.error("an owner is in quotes", at: first)
            }
            sources[index].owner = try sources[index].reader.name(first)
        }
        let start = beginsWithSpace ? first : nil
        let head = try readHead(start)
        guard let owner = sources[index].owner else {
            throw sources[index].reader.error("there is no owner before", at: first)
        }
        let rdata = try DNSField.scan(&sources[index].reader, head.type, recordClass)
        let record = try record(owner, head, rdata)
        sources[index].reader.endLine()
        return record
    }

    /// What stands between the owner and the rdata.
    private struct Head {
        var time: UInt32?
        var type: DNSType
        /// Where the type stands.
        var place: DNSTextReader.Word
    }

    /// Reads class and time to live, in any order, and the type; `first` is the first of them, if it
    /// was read already.
    private mutating func readHead(
        _ first: DNSTextReader.Word?
    ) throws(DNSTextError) -> Head {
        let index = sources.count - 1
        var next = first
        var time: UInt32?
        var hasClass = false
        while true {
            let word: DNSTextReader.Word
            if let read = next {
                word = read
                next = nil
            } else {
                word = try sources[index].reader.word("a type")
            }
            let text = sources[index].reader.string(word)
            if !hasClass, let named = DNSClass(text), named != .any, named != .none {
                recordClass = named
                hasClass = true
            } else if time == nil, let seconds = DNSNumber.duration(text) {
                time = seconds
            } else if let type = DNSType(text) {
                return Head(time: time, type: type, place: word)
            } else {
                throw sources[index].reader.error(word, isNot: "a type")
            }
        }
    }

    private mutating func record(
        _ owner: DNSName, _ head: Head, _ rdata: [UInt8]
    ) throws(DNSTextError) -> DNSRecord {
        var record = DNSRecord(
            name: owner, type: head.type, recordClass: recordClass, timeToLive: 0, rdata: rdata)
        var minimum: UInt32?
        if case .soa(let soa)? = record.data { minimum = soa.minimum }
        guard let time = head.time ?? defaultTime ?? lastTime ?? minimum else {
            throw sources[sources.count - 1].reader.error(
                "there is no time to live, and no $TTL before", at: head.place)
        }
        lastTime = time
        record.timeToLive = time
        return record
    }

    // MARK: Directives

    private mutating func readDirective(
        _ name: String, _ word: DNSTextReader.Word
    ) throws(DNSTextError) {
        let index = sources.count - 1
        switch name {
        case "$ORIGIN":
            let origin = try sources[index].reader.name()
            try endDirective(name)
            sources[index].reader.origin = origin
        case "$TTL":
            let time = try sources[index].reader.duration()
            try endDirective(name)
            defaultTime = time
        case "$INCLUDE": try readInclude()
        case "$GENERATE": try readGenerate()
        default:
            throw sources[index].reader.error(
                word, isNot: "$ORIGIN, $TTL, $INCLUDE or $GENERATE")
        }
    }

    private mutating func endDirective(_ name: String) throws(DNSTextError) {
        let index = sources.count - 1
        if let word = try sources[index].reader.next() {
            throw sources[index].reader.error(
                "'\(sources[index].reader.string(word).prefix(64))' is more than \(name) has",
                at: word)
        }
        sources[index].reader.endLine()
    }

    private mutating func readInclude() throws(DNSTextError) {
        let index = sources.count - 1
        guard let word = try sources[index].reader.next() else {
            throw sources[index].reader.error("the name of a file is missing")
        }
        let file = String(decoding: try sources[index].reader.octets(word), as: UTF8.self)
        var origin = sources[index].reader.origin
        if try !sources[index].reader.isAtEnd() { origin = try sources[index].reader.name() }
        guard let include else {
            throw sources[index].reader.error("no file may be included here", at: word)
        }
        guard sources.count <= Self.maxDepth else {
            throw sources[index].reader.error(
                "files include each other more than \(Self.maxDepth) deep", at: word)
        }
        guard let text = include(file) else {
            throw sources[index].reader.error("\(file) cannot be read", at: word)
        }
        try endDirective("$INCLUDE")
        sources.append(
            Source(
                reader: DNSTextReader(text, origin: origin), file: file,
                owner: sources[index].owner))
    }

    private mutating func readGenerate() throws(DNSTextError) {
        let index = sources.count - 1
        let range = try sources[index].reader.word("a range")
        let owner = try sources[index].reader.word("an owner")
        let head = try readHead(nil)
        guard let rdata = try sources[index].reader.next() else {
            throw sources[index].reader.error("the rdata is missing")
        }
        let reader = sources[index].reader
        guard
            let generator = ZoneGenerator(
                range: reader.string(range), owner: Array(reader.text[owner.range]),
                rdata: Array(reader.text[rdata.range]), time: head.time, type: head.type,
                place: range)
        else { throw reader.error(range, isNot: "a range such as 1-254 or 0-100/2") }
        try endDirective("$GENERATE")
        sources[index].generator = generator
    }

    /// The record of a number in a range.
    private func generated(
        _ generator: ZoneGenerator, _ number: Int
    ) throws(DNSTextError) -> (owner: DNSName, rdata: [UInt8]) {
        let reader = sources[sources.count - 1].reader
        guard let owner = ZoneGenerator.expand(generator.owner, number),
            let rdata = ZoneGenerator.expand(generator.rdata, number)
        else {
            throw reader.error(
                "a form of the number is not ${offset,width,base}", at: generator.place)
        }
        do throws(DNSTextError) {
            var owners = DNSTextReader(owner, origin: reader.origin)
            var values = DNSTextReader(rdata, origin: reader.origin)
            return (
                try owners.name(), try DNSField.scan(&values, generator.type, recordClass)
            )
        } catch {
            throw reader.error("\(error.reason), for \(number)", at: generator.place)
        }
    }
}
