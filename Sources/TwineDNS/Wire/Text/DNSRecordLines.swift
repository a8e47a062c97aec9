/// Writes the records of messages as lines of zone files, straight from their octets.
///
/// ```swift
/// var lines = DNSRecordLines()
/// try lines.write(message.span, to: &text)
/// ```
///
/// The lines are those of ``DNSMessage/text(_:wire:error:)`` without headings, but no record is made
/// for them: for zone transfers, of which each message has hundreds of records.
public struct DNSRecordLines: Sendable {
    /// Whether SOA records after the first are left out, as dig does with `+onesoa`.
    public var hasOneSOA = false
    private var reader: DNSMessageReader<Sink>

    /// Makes a writer.
    ///
    /// - Parameter style: Which sections are written, and how records are; what is not a record is
    ///   never written.
    public init(_ style: DNSMessageStyle = DNSMessageStyle()) {
        reader = DNSMessageReader(Sink(style), isStrict: true)
    }

    /// Appends the records of a message.
    ///
    /// - Parameters:
    ///   - message: A whole message, as it came.
    ///   - text: What a line for each record is appended to.
    /// - Returns: How many records were written.
    /// - Throws: ``DNSError`` as ``DNSMessage/parse(_:)`` does; nothing is then appended.
    @discardableResult
    public mutating func write(
        _ message: Span<UInt8>, to text: inout [UInt8]
    ) throws(DNSError) -> Int {
        let start = text.count
        reader.sink.begin(hasOneSOA: hasOneSOA)
        // The text is the sink's for a while, and never both's: it would be copied.
        swap(&text, &reader.sink.text)
        defer { swap(&text, &reader.sink.text) }
        do {
            try reader.read(message)
        } catch {
            reader.sink.text.removeSubrange(start...)
            throw error
        }
        return reader.sink.count
    }

    private struct Sink: DNSMessageSink {
        var text: [UInt8] = []
        var count = 0
        private var lines: DNSLineWriter
        private var hasOneSOA = false
        private var hasSOA = false

        init(_ style: DNSMessageStyle) { lines = DNSLineWriter(style) }

        mutating func begin(hasOneSOA: Bool) {
            self.hasOneSOA = hasOneSOA
            count = 0
        }

        mutating func take(_ header: DNSMessage.Header) {}
        mutating func take(_ question: DNSMessage.Question) {}
        mutating func reserve(_ count: Int, in section: DNSMessageSection) {}

        mutating func take(_ record: borrowing DNSRecordOctets, in section: DNSMessageSection) {
            let style = lines.style
            let isShown =
                switch section {
                case .answer: style.hasAnswer
                case .authority: style.hasAuthority
                case .additional: style.hasAdditional && record.type != .opt
                }
            guard isShown else { return }
            if record.type == .soa {
                guard !hasOneSOA || !hasSOA else { return }
                hasSOA = true
            }
            lines.write(record, to: &text)
            count += 1
        }
    }
}
