/// Records as lines of zone files, in dig's columns.
struct DNSLineWriter {
    let style: DNSMessageStyle
    /// Where the time to live, the class, the type and the rdata begin.
    private let columns: (time: Int, recordClass: Int, type: Int, rdata: Int)

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
    func write(_ record: DNSRecord, to text: inout [UInt8]) {
        let start = text.count
        record.name.write(to: &text, style.record)
        // Columns are counted as they are meant, not as tabs are shown.
        var column = text.count - start
        if style.hasTimeToLive {
            indent(&column, to: columns.time, &text)
            let time = record.timeToLive
            append(style.hasTimeUnits ? DNSTime.short(time) : String(time), &column, &text)
        }
        if style.hasClass {
            indent(&column, to: columns.recordClass, &text)
            append(word(record.recordClass), &column, &text)
        }
        indent(&column, to: columns.type, &text)
        append(word(record.type), &column, &text)
        indent(&column, to: columns.rdata, &text)
        record.writeRData(to: &text, style.record)
        text.append(UInt8(ascii: "\n"))
    }

    /// Appends a question and the end of its line.
    func write(_ question: DNSMessage.Question, to text: inout [UInt8]) {
        text.append(UInt8(ascii: ";"))
        let start = text.count
        question.name.write(to: &text, style.record)
        var column = text.count - start
        indent(&column, to: columns.recordClass, &text)
        append(word(question.questionClass), &column, &text)
        indent(&column, to: columns.type, &text)
        append(word(question.type), &column, &text)
        text.append(UInt8(ascii: "\n"))
    }

    private func word(_ recordClass: DNSClass) -> String {
        style.record.isUnknownFormat
            ? "CLASS\(recordClass.rawValue)" : recordClass.description
    }

    private func word(_ type: DNSType) -> String {
        style.record.isUnknownFormat ? "TYPE\(type.rawValue)" : type.description
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
