/// Records as lines of zone files, in dig's columns.
struct DNSLineWriter {
    let style: DNSMessageStyle
    /// Where the time to live, the class, the type and the rdata begin.
    private let columns: (time: Int, recordClass: Int, type: Int, rdata: Int)
    /// The type of the record before, and its name.
    private var typeName: (type: DNSType, text: [UInt8]) = (.a, Array("A".utf8))

    init(_ style: DNSMessageStyle) {
        self.style = style
        let isShort = !style.hasTimeToLive && !style.hasClass
        columns =
            if style.record.isMultiline || isShort {
                (24, 24, 24, 32)
            } else if !style.hasTimeToLive || !style.hasClass {
                (24, 24, 32, 40)
            } else {
                (24, 32, 40, 48)
            }
    }

    /// Appends a record and the end of its line.
    mutating func write(_ record: DNSRecord, to text: inout [UInt8]) {
        let start = text.count
        record.name.write(to: &text)
        writeFields(
            record.type, record.recordClass, record.timeToLive, column: text.count - start, &text)
        record.writeRData(to: &text, style.record)
        text.append(UInt8(ascii: "\n"))
    }

    /// Appends a record straight from its octets, and the end of its line.
    mutating func write(_ record: borrowing DNSRecordOctets, to text: inout [UInt8]) {
        let start = text.count
        DNSName.writeLabels(record.name.span, to: &text)
        if record.name.count == 1 { text.append(UInt8(ascii: ".")) }
        writeFields(
            record.type, record.recordClass, record.timeToLive, column: text.count - start, &text)
        var writer = DNSTextWriter(style: style.record)
        swap(&text, &writer.text)
        DNSField.writeRData(
            record.rdata.span, record.type, record.recordClass, isValid: record.isValid,
            to: &writer)
        swap(&text, &writer.text)
        text.append(UInt8(ascii: "\n"))
    }

    /// Appends what stands between the name, which ends at `column`, and the rdata.
    ///
    /// Columns are counted as they are meant, not as tabs are shown.
    mutating func writeFields(
        _ type: DNSType, _ recordClass: DNSClass, _ timeToLive: UInt32, column: Int,
        _ text: inout [UInt8]
    ) {
        var column = column
        if style.hasTimeToLive {
            indent(&column, to: columns.time, &text)
            let start = text.count
            if style.hasTimeUnits {
                text += DNSTime.short(timeToLive).utf8
            } else {
                text.append(decimal: UInt64(timeToLive))
            }
            column += text.count - start
        }
        if style.hasClass {
            indent(&column, to: columns.recordClass, &text)
            if recordClass == .internet {
                text.append(UInt8(ascii: "I"))
                text.append(UInt8(ascii: "N"))
                column += 2
            } else {
                append(recordClass.description, &column, &text)
            }
        }
        indent(&column, to: columns.type, &text)
        if type != typeName.type { typeName = (type, Array(type.description.utf8)) }
        text += typeName.text
        column += typeName.text.count
        indent(&column, to: columns.rdata, &text)
    }

    /// Appends a question and the end of its line.
    func write(_ question: DNSMessage.Question, to text: inout [UInt8]) {
        if style.hasComments { text.append(UInt8(ascii: ";")) }
        let start = text.count
        question.name.write(to: &text)
        var column = text.count - start
        indent(&column, to: columns.recordClass, &text)
        append(question.questionClass.description, &column, &text)
        indent(&column, to: columns.type, &text)
        append(question.type.description, &column, &text)
        text.append(UInt8(ascii: "\n"))
    }

    private func append(_ word: String, _ column: inout Int, _ text: inout [UInt8]) {
        text += word.utf8
        column += word.utf8.count
    }

    /// Moves on by tabs, then spaces, by at least one column.
    private func indent(_ column: inout Int, to wanted: Int, _ text: inout [UInt8]) {
        let target = max(wanted, column + 1)
        let tabs = target / 8 - column / 8
        if tabs > 0 {
            for _ in 0..<tabs { text.append(UInt8(ascii: "\t")) }
            column = target / 8 * 8
        }
        for _ in column..<target { text.append(UInt8(ascii: " ")) }
        column = target
    }
}
